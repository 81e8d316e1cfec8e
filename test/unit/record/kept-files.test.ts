import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import type { RollcallError } from "../../../src/model/error.ts";
import { readBaseline } from "../../../src/record/baseline-file.ts";
import { readBrakeRecord } from "../../../src/record/brake-file.ts";
import { readCalibration } from "../../../src/record/calibration-file.ts";
import { readRunLabels } from "../../../src/record/labels-file.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { readPlan } from "../../../src/record/plan-file.ts";
import { readRoster } from "../../../src/record/roster.ts";
import { readRepeat, readSearch, readUpgrade } from "../../../src/record/series-files.ts";
import { readServerRecord } from "../../../src/record/server-file.ts";
import { readSimulatorState } from "../../../src/record/simulator-state-file.ts";
import { readSummaryFile } from "../../../src/record/summary-file.ts";
import { collect } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const KEPT = join(import.meta.dirname, "../../golden/runs-0.1.0");
let folder: string;

beforeEach(() => {
  folder = testFolder();
  for (const name of ["whole", "series"]) cpSync(join(KEPT, name), folder, { recursive: true });
  writeFileSync(
    join(folder, "upgrade.json"),
    JSON.stringify({ version: 1, scenario: "s.yaml", times: 6, planHash: "00ff" }),
  );
  writeFileSync(join(folder, "simulator.json"), JSON.stringify(SIMULATOR));
  writeFileSync(
    join(folder, "brake.json"),
    JSON.stringify({ version: 1, threshold: "failureRate < 10%", at: 2, measured: 0.4, limit: 0.1, unit: "ratio" }),
  );
  writeFileSync(join(folder, "baseline.json"), baselineText());
  writeFileSync(join(folder, "labels.json"), JSON.stringify({ version: 1, labels: { build: "4.3.1" }, note: "why" }));
});

function baselineText(): string {
  const [plan, summary] = ["plan.json", "summary.json"].map(
    (name) => JSON.parse(readFileSync(join(KEPT, "whole", name), "utf8")) as { provisioning?: { secret?: unknown } },
  );
  delete plan?.provisioning?.secret;
  const runs = [{ plan, summary }];
  return JSON.stringify({ version: 1, kind: "baseline", savedAt: "2026-11-28T20:00:00.000Z", rollcall: "0.2.0", runs });
}

/** Of each kind of credentials one device. */
const SIMULATOR = {
  version: 1,
  profiles: [
    {
      tenant: "t",
      isDefault: true,
      name: "rollcall",
      key: "k",
      secret: "s",
      strategy: "allow-create",
      transport: "DEFAULT",
      namePattern: "",
      allowCreateByChain: false,
    },
  ],
  devices: [
    { type: "ACCESS_TOKEN", id: "token" },
    { type: "MQTT_BASIC", id: "u", clientId: "", userName: "u", password: null },
    { type: "X509_CERTIFICATE", id: "00ff", certificate: "AAAA" },
    { type: "LWM2M_CREDENTIALS", id: "l" },
  ].map((credentials, index) => ({
    name: `d${index}`,
    tenant: "t",
    profile: "rollcall",
    createdTime: 1_700_000_000_000,
    gateway: false,
    additionalInfo: { rollcall: "run" },
    credentials,
    serverAttributes: [
      ["provisionState", "provisioned"],
      ["more", { of: ["any"] }],
      ["off", false],
    ],
  })),
};

/** Without the version, which its reader takes off. */
const readBrake = async (from: string): Promise<unknown> => {
  const record = await readBrakeRecord(from);
  return record === undefined ? undefined : { version: 1, ...record };
};

/** Every file that is written whole, its reader, and a place in it where a text stands for a number. */
const FILES: readonly (readonly [string, (folder: string) => Promise<unknown>, string, string])[] = [
  ["plan.json", readPlan, '"seed": 1', "fleet.seed"],
  ["summary.json", readSummaryFile, '"seed": 1', "run.seed"],
  ["server.json", readServerRecord, '"unnamed": 0', "reconciliation.unnamed"],
  ["calibration.json", readCalibration, '"cores": 2', "measuredOn.cores"],
  ["repeat.json", readRepeat, '"times": 2', "times"],
  ["search.json", readSearch, '"highest": 80', "policy.highest"],
  ["brake.json", readBrake, '"limit":0.1', "limit"],
  ["upgrade.json", readUpgrade, '"times":6', "times"],
  [
    "simulator.json",
    (where) => readSimulatorState(join(where, "simulator.json")),
    '"createdTime":1700000000000',
    "devices\\[0\\].createdTime",
  ],
  ["baseline.json", (where) => readBaseline(join(where, "baseline.json")), '"seed":1', "runs\\[0\\].plan.fleet.seed"],
  [
    "labels.json",
    async (of) => {
      const { labels, note } = await readRunLabels(of);
      return Object.keys(labels).length === 0 ? undefined : { version: 1, labels, note };
    },
    '"labels":{"build":"4.3.1"}',
    "labels",
  ],
];

async function refusal(reading: Promise<unknown>): Promise<Pick<RollcallError, "code" | "message" | "hint">> {
  const { code, message, hint } = await reading.then(
    () => ({ code: "read", message: "", hint: "" }),
    (error: RollcallError) => error,
  );
  return { code, message, hint };
}

describe.each(FILES)("%s", (name, read, part, place) => {
  it("as 0.1.0 wrote it is read, and what was read is what was written", async () => {
    const written = JSON.parse(readFileSync(join(folder, name), "utf8")) as { provisioning?: { secret?: unknown } };
    if (name === "plan.json") delete written.provisioning?.secret;
    expect(JSON.parse(JSON.stringify(await read(folder)))).toEqual(written);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["torn", (text) => text.slice(0, -9), /: it (ends too early|is not JSON at line \d+ column \d+)\.$/],
    ["empty", () => "", /: it is empty\.$/],
    ["of zeros", () => "\0".repeat(99), /: it is not JSON/],
    ["a list", () => "[1]", /: it has no version\.$/],
    ["of another kind", () => '{"version":1,"kind":"header"}', /: at .+: .+/],
    [
      "of a version of depth",
      () => `{"version":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      /: its version is no number\.$/,
    ],
    ["of depth", () => "[".repeat(40_000), /: it (ends too early|is not JSON)/],
    [
      "edited",
      (text) => text.replace(part, `${part.split(":")[0] ?? ""}: "7"`),
      new RegExp(`: at ${place}: expected `),
    ],
    ["with more", (text) => text.replace("{", '{ "more": 1,'), /: at its top: Unrecognized key: "more"\.$/],
  ])("%s is one error with file, place and what to do", async (_, change, why) => {
    const path = join(folder, name);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    const { code, message, hint } = await refusal(read(folder));
    expect({ code, message }).toEqual({ code: "damaged-file", message: expect.stringMatching(why) });
    expect(message.startsWith(`${path} is not `)).toBe(true);
    expect(hint).not.toBe("");
    // A command in it can be typed as it is.
    expect(hint).not.toContain("<that");
    expect(/rollcall (?:report|reconcile) (\S+)$/.exec(hint)?.[1] ?? folder).toBe(folder);
  });

  it("of another version is told apart, and a folder or nothing in its place", async () => {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"version": ?1/, '"version": 9'));
    const newer = await refusal(read(folder));
    expect(newer.code).toBe("file-version");
    expect(newer.message).toMatch(/ of version 9; this rollcall reads version 1\.$/);
    rmSync(path);
    const gone = await refusal(read(folder));
    const without: Readonly<Record<string, string>> = { "plan.json": "run-folder", "baseline.json": "no-baseline" };
    expect(gone.code).toBe(without[name] ?? "read");
    mkdirSync(path);
    expect(await refusal(read(folder))).toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining("not a file"),
    });
  });
});

describe("a compressed baseline", () => {
  const path = (): string => join(folder, "baseline.json.gz");

  it("is read as one that is not", async () => {
    writeFileSync(path(), gzipSync(baselineText()));
    expect(await readBaseline(path())).toEqual(await readBaseline(join(folder, "baseline.json")));
  });

  it.each<[string, () => Buffer, RegExp]>([
    ["torn", () => gzipSync(baselineText()).subarray(0, -9), /: it cannot be unpacked\.$/],
    ["of nothing else than its first bytes", () => Buffer.from([0x1f, 0x8b]), /: it cannot be unpacked\.$/],
    ["of another text", () => gzipSync("hello"), /: it is not JSON/],
    [
      "that unpacks to more than memory should hold",
      () => Buffer.concat(Array.from<Buffer>({ length: 257 }).fill(gzipSync(Buffer.alloc(2 ** 20)))),
      /: unpacked it has more than 256 MiB\.$/,
    ],
  ])("%s is one error with file and what to do", async (_, bytes, why) => {
    writeFileSync(path(), bytes());
    const { code, message } = await refusal(readBaseline(path()));
    expect({ code, message }).toEqual({ code: "damaged-file", message: expect.stringMatching(why) });
  });
});

describe("files of lines", () => {
  it("say in which line of a roster the damage is, and never what is in it", async () => {
    const path = join(folder, "roster-0.ndjson");
    const lines = readFileSync(path, "utf8").split("\n");
    for (const damage of [
      "garbage with s3cret",
      "\0\0\0",
      '{"seq":1,"credentials":{"type":"ACCESS_TOKEN","token":5}}',
    ]) {
      writeFileSync(path, lines.with(2, damage).join("\n"));
      const { code, message } = await refusal(collect(readRoster(path)));
      expect({ code, message }).toEqual({
        code: "damaged-file",
        message: `${path} is not a roster as rollcall writes it: line 3 is damaged.`,
      });
    }
  });

  it("take a line of a journal that has another shape for a damaged one", async () => {
    const path = join(folder, "journal-0.ndjson");
    const lines = readFileSync(path, "utf8").split("\n");
    const at = lines.findIndex((line) => line.startsWith('{"kind":"outcome"'));
    const changes: readonly [string, string][] = [
      ['"ended":', '"ended":1e18,"was":'],
      ['"seq":', '"seq":-1'],
      ['"result":', '"result":null,"was":'],
      ['"kind":"outcome"', '"kind":"out"'],
    ];
    for (const [from, to] of changes) {
      writeFileSync(path, lines.with(at, (lines[at] ?? "").replace(from, to)).join("\n"));
      const read = await collect(readJournal(path));
      expect(read.filter(({ kind }) => kind === "torn")).toMatchObject([{ line: at + 1, cutOff: false }]);
    }
  });

  it("in whose place is a folder, or nothing, are one error", async () => {
    const path = join(folder, "journal-0.ndjson");
    rmSync(path);
    expect(await refusal(collect(readJournal(path)))).toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining("not there"),
    });
    mkdirSync(path);
    expect(await refusal(collect(readJournal(path)))).toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining("not a file"),
    });
  });
});
