import { appendFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { MemberRecord } from "../../../src/record/members-file.ts";
import type { RunFiles } from "../../../src/record/run-folder.ts";
import { requireOver, writtenFile } from "../../../src/record/under-way.ts";
import { header } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const NOW = 1_796_000_000_000;
const FOOTER = { kind: "footer", state: "complete", at: 0, entries: 0 };

let folder: string;
beforeEach(() => {
  folder = testFolder();
});

/** A file that was last written to so many seconds before now. */
async function written(name: string, secondsAgo: number, lines: readonly unknown[] = []): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const at = new Date(NOW - secondsAgo * 1_000);
  await utimes(path, at, at);
  return path;
}

const journals = (...paths: readonly string[]): Pick<RunFiles, "journals" | "members"> => ({
  journals: paths.map((path, generator) => ({ generator, path })),
  members: undefined,
});

const MEMBER: MemberRecord = {
  name: "one",
  host: "one",
  cores: 2,
  rollcall: "0.2.0",
  node: "v24.0.0",
  machine: { cores: 2, cpu: "test", memoryBytes: 8e9, os: "linux" },
  shards: [0],
};

describe("a run without results", () => {
  it("is under way while one of its journals is written to", async () => {
    const atRest = await written("journal-0.ndjson", 60, [header(0, 2)]);
    const growing = await written("journal-1.ndjson", 3, [header(1, 2)]);
    expect(await writtenFile(folder, journals(atRest, growing), NOW)).toBe(growing);
    await expect(requireOver(folder, journals(atRest, growing), NOW)).rejects.toMatchObject({
      code: "run-not-over",
      exitCode: 2,
    });
  });

  it("is over when each journal is at rest, or has its end", async () => {
    const atRest = await written("journal-0.ndjson", 5, [header(0, 2)]);
    const ended = await written("journal-1.ndjson", 0, [header(1, 2), FOOTER]);
    expect(await writtenFile(folder, journals(atRest, ended), NOW)).toBeUndefined();
  });

  it("is looked for from the end of its journal: a line there that is cut off, or longer than any footer, is none", async () => {
    const long = { kind: "note", text: "x".repeat(400_000) };
    for (const [lines, cutOff, over] of [
      [[long, FOOTER], "", true],
      [[FOOTER], '{"kind":', true],
      [[header(0, 1)], JSON.stringify(FOOTER), false],
      [[FOOTER, long], "", false],
      [[], "", false],
    ] as const) {
      const path = await written("journal-0.ndjson", 60, lines);
      await appendFile(path, cutOff);
      await utimes(path, NOW / 1_000, NOW / 1_000);
      expect(await writtenFile(folder, journals(path), NOW)).toBe(over ? undefined : path);
    }
  });

  it("is under way longer where workers send their journals, which they do every five seconds", async () => {
    const path = await written("journal-0.ndjson", 12, [header(0, 1)]);
    expect(await writtenFile(folder, journals(path), NOW)).toBeUndefined();
    expect(await writtenFile(folder, { ...journals(path), members: [MEMBER] }, NOW)).toBe(path);
  });

  it("is under way when it has its plan and no journal yet, for as long", async () => {
    const plan = await written("plan.json", 1);
    expect(await writtenFile(folder, journals(), NOW)).toBe(plan);
    await written("plan.json", 5);
    expect(await writtenFile(folder, journals(), NOW)).toBeUndefined();
  });
});

it("a run with results is over", async () => {
  const growing = await written("journal-0.ndjson", 0, [header(0, 1)]);
  await written("summary.json", 0);
  expect(await writtenFile(folder, journals(growing), NOW)).toBeUndefined();
});
