import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { extract, list } from "tar";
import { noteAfterwards } from "../../../src/record/afterwards-file.ts";
import { noteMark } from "../../../src/record/marks-file.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { temporaryFolder, until } from "../../e2e/rollcall.ts";

const KEPT = join(import.meta.dirname, "../../golden/runs-0.1.0/whole");
const NAME = "kept-20261125T031500Z-aaaaaa";

describe("label", () => {
  it("says something of a run in a file of its own, more later, and takes it away again", async () => {
    await using out = await temporaryFolder();
    const run = join(out.path, NAME);
    cpSync(KEPT, run, { recursive: true });
    const plan = readFileSync(join(run, "plan.json"), "utf8");
    const label = (...args: readonly string[]) => rollcallInProcess(["label", NAME, ...args, "--out", out.path]);
    expect(await label("build=4.3.1", "node=3", "--note", "the first")).toMatchObject({
      code: 0,
      stdout: "build=4.3.1 node=3\nthe first\n",
    });
    expect(await label("build=4.3.2", "--remove", "node")).toMatchObject({ stdout: "build=4.3.2\nthe first\n" });
    expect(await label()).toMatchObject({ stdout: "build=4.3.2\nthe first\n" });
    expect(await label("--remove", "nodes")).toMatchObject({ code: 2, stderr: expect.stringContaining("no label") });
    expect(await label("build")).toMatchObject({ code: 2, stderr: expect.stringContaining("no name with a value") });
    expect(readFileSync(join(run, "plan.json"), "utf8")).toBe(plan);
    expect(JSON.parse(readFileSync(join(run, "labels.json"), "utf8"))).toEqual({
      version: 1,
      labels: { build: "4.3.2" },
      note: "the first",
    });
  });
});

/** A folder of results with kept runs of four hours, of which one is void; simulated, of one plan. */
function keptRuns(results: string): readonly string[] {
  return [0, 1, 2, 3].map((hour) => {
    const id = `aaaaa${hour}`;
    const name = `kept-2026112${hour}T031500Z-${id}`;
    const folder = join(results, name);
    cpSync(KEPT, folder, { recursive: true });
    for (const file of ["plan.json", "summary.json"]) {
      const path = join(folder, file);
      const before = readFileSync(path, "utf8");
      const { runId } = JSON.parse(readFileSync(join(KEPT, "plan.json"), "utf8")) as { runId: string };
      writeFileSync(
        path,
        before
          .replaceAll(`"${runId}"`, `"${id}"`)
          .replace(/"startedAt": "[^"]*"/, `"startedAt": "2026-11-2${hour}T03:15:00.000Z"`),
      );
    }
    // A run that was written a moment ago may be under way.
    const past = new Date(Date.UTC(2026, 0, 1));
    for (const file of readdirSync(folder)) utimesSync(join(folder, file), past, past);
    return name;
  });
}

/** What `mark`, `reconcile` and `cleanup` add to a run's folder, while it is under way and after it. */
async function markedAndReconciled(run: string): Promise<void> {
  await noteMark(run, { version: 1, at: "2026-11-28T19:44:22.000Z", text: "node 2 killed" });
  await noteAfterwards(run, {
    version: 1,
    kind: "look",
    at: "2026-11-28T23:00:00.000Z",
    by: "reconcile",
    server: { version: "4.3.1.3", edition: "CE" },
    profile: "a profile",
    devices: { tenant: 9, profile: 3 },
    reconciliation: {
      at: "2026-11-28T23:00:00.000Z",
      present: 1,
      missing: [],
      ghosts: ["a ghost"],
      foreign: [],
      wrongGateway: [],
      unnamed: 0,
      credentials: { checked: 1, differing: [] },
    },
  });
  await noteAfterwards(run, { version: 1, kind: "cleanup", at: "2026-11-28T23:01:00.000Z", deleted: 3, left: 0 });
}

interface Shown {
  readonly entries: readonly { readonly kind: string; readonly id?: string; readonly verdict?: string }[];
}

describe("view", () => {
  it("lists what is there, newest first, by an index that is only a cache", async () => {
    await using out = await temporaryFolder();
    const names = keptRuns(out.path);
    mkdirSync(join(out.path, "nothing-of-ours"));
    mkdirSync(join(out.path, "torn-20261124T031500Z-bbbbbb"));
    writeFileSync(join(out.path, "torn-20261124T031500Z-bbbbbb", "plan.json"), "{");
    symlinkSync(out.path, join(out.path, "circle"));
    const view = async (...args: readonly string[]): Promise<Shown> => {
      const said = await rollcallInProcess(["view", out.path, "--json", ...args]);
      expect(said).toMatchObject({ code: 0 });
      return JSON.parse(said.stdout) as Shown;
    };
    const first = await view();
    expect(first.entries.map(({ kind, id }) => id ?? kind)).toEqual([
      "damaged",
      "aaaaa3",
      "aaaaa2",
      "aaaaa1",
      "aaaaa0",
    ]);
    const index = join(out.path, ".rollcall-index.ndjson");
    expect(existsSync(index)).toBe(true);
    expect(await view()).toEqual(first);
    // What is said of a run later is seen at once; an index that is damaged is none.
    await rollcallInProcess(["label", names[1] ?? "", "build=7", "--out", out.path]);
    expect((await view("--label", "build=7")).entries).toMatchObject([{ id: "aaaaa1" }]);
    writeFileSync(index, "{");
    expect((await view("--since", "2026-11-22", "--until", "2026-11-23")).entries).toMatchObject([{ id: "aaaaa2" }]);
    const text = await rollcallInProcess(["view", out.path, "--list", "--limit", "2"]);
    expect(text.stdout).toContain("4 runs, the newest first");
    expect(text.stdout).toContain("2 more: --limit shows them.");
    expect(await rollcallInProcess(["view", join(out.path, "none")])).toMatchObject({ code: 2 });
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("view in a browser", () => {
  it("serves the list, each run, trends and comparisons, and nothing from outside the results", async () => {
    await using out = await temporaryFolder();
    const [first = "", second = ""] = keptRuns(out.path);
    const signals = new EventEmitter();
    const port = await freePort();
    const said = rollcallInProcess(["view", out.path, "--no-list", "--dashboard", String(port)], { signals });
    const page = `http://127.0.0.1:${port}`;
    const read = async (path: string) => {
      const answer = await fetch(`${page}${path}`);
      return {
        status: answer.status,
        text: await answer.text(),
        policy: answer.headers.get("content-security-policy"),
      };
    };
    await until(() =>
      fetch(page).then(
        () => true,
        () => false,
      ),
    );
    const list = await read("/");
    expect(list).toMatchObject({ status: 200, policy: expect.stringContaining("default-src 'none'") });
    expect(list.text).toContain("4 runs and 0 series or checks");
    expect(list.text).toContain(`/run?run=0%2F${first}`);
    expect((await read("/?since=2026-11-23&label=%3Cscript%3E")).text).not.toContain("<script>");
    expect((await read(`/run?run=0/${first}`)).text).toContain("Ledger");
    for (const outside of ["0/../../etc/passwd", "0/..", "1/x", "/etc"]) {
      expect(await read(`/run?run=${encodeURIComponent(outside)}`)).toMatchObject({ status: 404 });
    }
    // The kept run is void: the rules are those of compare.
    const compared = await read(`/compare?base=0/${first}&candidate=0/${second}`);
    expect(compared.text).toContain("aaaaa0 is void: its generator was unhealthy");
    expect((await read("/compare?base=0/none")).status).toBe(404);
    const trend = /href="(\/trend\?[^"]*)"/.exec(list.text)?.[1] ?? "";
    expect((await read(trend.replaceAll("&#38;", "&"))).text).toContain("picture-trend-p50");
    expect((await fetch(page, { headers: { origin: "http://evil.example" } })).status).toBe(403);
    signals.emit("SIGINT");
    expect(await said).toMatchObject({ code: 0, stdout: expect.stringContaining(`${page}/?token=`) });
  });
});

describe("prune", () => {
  it("takes away what is old, after it has said so, and nothing that is not its own", async () => {
    await using out = await temporaryFolder();
    const [oldest = "", second = "", third = "", newest = ""] = keptRuns(out.path);
    writeFileSync(join(out.path, second, "my notes.txt"), "keep me");
    await using elsewhere = await temporaryFolder();
    writeFileSync(join(elsewhere.path, "plan.json"), "not yours");
    symlinkSync(elsewhere.path, join(out.path, "linked-20201125T031500Z-cccccc"));
    symlinkSync(join(elsewhere.path, "plan.json"), join(out.path, third, "report.html"));
    const prune = (...args: readonly string[]) => rollcallInProcess(["prune", out.path, ...args]);
    expect(await prune()).toMatchObject({ code: 2 });
    const dry = await prune("--older-than", "2026-11-23");
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining("3 folders would go") });
    expect(readdirSync(out.path)).toContain(oldest);
    const done = await prune("--older-than", "2026-11-23", "--yes");
    expect(done).toMatchObject({ code: 4, stdout: expect.stringContaining("1 folder gone, 2 stayed") });
    expect(done.stderr).toContain('"my notes.txt" in it is not of rollcall');
    expect(done.stderr).toContain('"report.html" in it is not of rollcall');
    const left = readdirSync(out.path).filter((name) => name.startsWith("kept"));
    expect(left).toEqual([second, third, newest]);
    expect(readFileSync(join(out.path, second, "plan.json"), "utf8")).not.toBe("");
    expect(readFileSync(join(elsewhere.path, "plan.json"), "utf8")).toBe("not yours");
  });

  it("takes a run away whole that was marked and reconciled", async () => {
    await using out = await temporaryFolder();
    const [oldest = ""] = keptRuns(out.path);
    await markedAndReconciled(join(out.path, oldest));
    const done = await rollcallInProcess(["prune", out.path, "--keep", "3", "--yes"]);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("1 folder gone") });
    expect(existsSync(join(out.path, oldest))).toBe(false);
  });

  it("takes a repeat away as a whole or not at all", async () => {
    await using out = await temporaryFolder();
    const series = "repeat-20261120T031500Z-dddddd";
    const folder = join(out.path, series);
    mkdirSync(folder);
    const [first = "", second = ""] = keptRuns(folder);
    cpSync(join(KEPT, "../series/repeat.json"), join(folder, "repeat.json"));
    const kept = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
    const prune = () => rollcallInProcess(["prune", out.path, "--keep", "0", "--yes"]);
    for (const place of [join(second, "my notes.txt"), "my notes.txt", "my folder"]) {
      if (place === "my folder") mkdirSync(join(folder, place));
      else writeFileSync(join(folder, place), "keep me");
      expect(await prune()).toMatchObject({ code: 4, stdout: expect.stringContaining("0 folders gone, 1 stayed") });
      rmSync(join(folder, place), { recursive: true });
      expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()).toEqual(kept);
    }
    expect(kept).toContain(first);
    expect(await prune()).toMatchObject({ code: 0, stdout: expect.stringContaining("1 folder gone") });
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves a run alone that is under way", async () => {
    await using out = await temporaryFolder();
    const [name = ""] = keptRuns(out.path);
    const folder = join(out.path, name);
    cpSync(join(folder, "journal-0.ndjson"), join(folder, "journal-9.ndjson"));
    const text = readFileSync(join(folder, "journal-0.ndjson"), "utf8").split("\n").slice(0, 3).join("\n");
    writeFileSync(join(folder, "journal-0.ndjson"), `${text}\n`);
    rmSync(join(folder, "summary.json"));
    const said = await rollcallInProcess(["prune", out.path, "--keep", "0", "--yes"]);
    expect(said.stdout).not.toContain(name);
    expect(existsSync(join(folder, "plan.json"))).toBe(true);
  });
});

describe("export", () => {
  it("copies what others may see, from which the same report is made, and no credential", async () => {
    await using out = await temporaryFolder();
    const run = join(out.path, NAME);
    cpSync(KEPT, run, { recursive: true });
    const to = join(out.path, "for-others");
    writeFileSync(join(run, "secret.env"), "TOKEN=1");
    await markedAndReconciled(run);
    const exported = () => rollcallInProcess(["export", NAME, "--out", out.path, "-o", to]);
    expect(await exported()).toMatchObject({ code: 0 });
    const names = readdirSync(to);
    expect(names).toContain("summary.json");
    expect(names.filter((file) => file.startsWith("roster") || file === "secret.env")).toEqual([]);
    const report = async (of: string) => (await rollcallInProcess(["report", of, "--full", "--exit-zero"])).stdout;
    const told = await report(to);
    for (const text of ["node 2 killed", "reconcile: 1 told and there", "cleanup: 3 deleted"])
      expect(told).toContain(text);
    expect(told).toBe(await report(run));
    expect(JSON.parse(readFileSync(join(to, "summary.json"), "utf8"))).toMatchObject({
      marks: [{ text: "node 2 killed" }],
    });
    expect(await exported()).toMatchObject({ code: 2, stderr: expect.stringContaining("not empty") });
  });

  it("leaves to the user's mask who may read it: a folder, what lies in it, and one file", async () => {
    await using out = await temporaryFolder();
    cpSync(KEPT, join(out.path, NAME), { recursive: true });
    const before = process.umask(0o022);
    try {
      for (const to of ["a/folder", "b/run.tar.gz"]) {
        const args = ["export", NAME, "--out", out.path, "-o", join(out.path, to)];
        expect(await rollcallInProcess(args)).toMatchObject({ code: 0 });
      }
    } finally {
      process.umask(before);
    }
    const modeOf = (path: string) => statSync(join(out.path, path)).mode & 0o777;
    expect(["a", "a/folder", "b"].map(modeOf)).toEqual([0o755, 0o755, 0o755]);
    expect(["a/folder/summary.json", "b/run.tar.gz"].map(modeOf)).toEqual([0o644, 0o644]);
  });

  it("makes one file of it, which unpacks to a folder of the run's name, says nothing of who packed it, and replaces nothing", async () => {
    await using out = await temporaryFolder();
    const run = join(out.path, NAME);
    cpSync(KEPT, run, { recursive: true });
    writeFileSync(join(run, "secret.env"), "TOKEN=1");
    const file = join(out.path, "made", "for-others.tar.gz");
    const exported = (to: string) => rollcallInProcess(["export", NAME, "--out", out.path, "-o", to]);
    expect(await exported(file)).toMatchObject({ code: 0, stdout: expect.stringContaining("for-others.tar.gz") });
    const entries: { path: string; uid: number | undefined; uname: string | undefined }[] = [];
    await list({ file, onReadEntry: ({ path, uid, uname }) => void entries.push({ path, uid, uname }) });
    const names = readdirSync(run).filter((name) => !name.startsWith("roster") && name !== "secret.env");
    expect(entries.map(({ path }) => path)).toEqual(names.toSorted().map((name) => `${NAME}/${name}`));
    expect(entries.every(({ uid, uname }) => uid === undefined && (uname ?? "") === "")).toBe(true);
    await extract({ file, cwd: join(out.path, "made") });
    const report = async (of: string) => (await rollcallInProcess(["report", of, "--full", "--exit-zero"])).stdout;
    expect(await report(join(out.path, "made", NAME))).toBe(await report(run));
    const before = readFileSync(file);
    expect(await exported(file)).toMatchObject({ code: 2, stderr: expect.stringContaining("for-others.tar.gz") });
    expect(readFileSync(file)).toEqual(before);
    expect(await exported(join(out.path, "run.zip"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(".tgz"),
    });
  });
});
