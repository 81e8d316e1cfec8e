import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import type { Comparison } from "../../src/compare/comparison.ts";
import { phase } from "../unit/summary/sample-run.ts";
import { rollcallInProcess, type Said } from "../support/in-process.ts";
import { type MadeRun, makeRepeat, makeRun, makeSide } from "../support/made-results.ts";
import { temporaryFolder } from "./rollcall.ts";

let place: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  place = folder.path;
  return () => folder[Symbol.asyncDispose]();
});

const runOf = (ms: number, changes?: MadeRun) => makeRun(join(place, "results"), ms, changes);
const repeatOf = (runs: readonly string[], targets?: readonly string[]) =>
  makeRepeat(join(place, "results"), runs, targets);
const side = (ms: number, runs = 5) => makeSide(join(place, "results"), ms, runs);

const file = (name = "base.json.gz"): string => join(place, name);
const baseline = (...args: readonly string[]): Promise<Said> =>
  rollcallInProcess(["baseline", ...args, "--out", join(place, "results")], { folder: place });

describe("baseline", () => {
  it("keeps runs in one file, and compares later ones with them by the rules and codes of compare", async () => {
    const good = await side(50);
    const saved = await baseline("save", file(), ...good);
    expect(saved).toMatchObject({ code: 0, stderr: "" });
    expect(saved.stdout).toMatch(
      /^Kept in base\.json\.gz \(\d+ KiB\): 5 runs of sample against the simulator\.\n.*rollcall baseline compare base\.json\.gz\n$/,
    );
    const [same, slower, few] = [await side(50), await side(60), await side(60, 2)];
    expect(await baseline("compare", file(), ...same)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No change/),
    });
    const regression = await baseline("compare", file(), ...slower, "-f", "json");
    expect(regression.code).toBe(3);
    expect((JSON.parse(regression.stdout) as Comparison).base.runs).toEqual(good.map((name) => name.slice(-6)));
    expect(regression.stderr).toMatch(/^Baseline base\.json\.gz: 5 runs of sample .*, saved at 20.* UTC\.\n$/);
    expect(await baseline("compare", file(), ...few)).toMatchObject({ code: 6 });
    const names = await readdir(place);
    expect(names.toSorted()).toEqual(["base.json.gz", "results"]);
  });

  it("has no secret of the plan and no credential of a device, and is its owner's", async () => {
    await baseline("save", file(), ...(await side(50, 1)));
    const text = gunzipSync(await readFile(file())).toString();
    expect(text).toContain('"roundTrip"');
    expect(text).not.toContain("provision-secret");
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it("without names takes the newest run or repeat, and says which", async () => {
    const [older, newer] = [await side(50), await side(60)];
    const repeat = await repeatOf(newer);
    const saved = await baseline("save", file("b.json"), ...older);
    expect(saved.code).toBe(0);
    const compared = await baseline("compare", file("b.json"));
    expect(compared.stderr).toContain(`No runs were named: results/${repeat} is the newest.`);
    expect(compared).toMatchObject({ code: 3, stdout: expect.stringMatching(/^Regression/) });
  });

  it("warns of runs that cannot tell, or did not pass", async () => {
    const threshold = { text: "failed > 1", left: "failed", operator: ">", right: 1 } as const;
    const missed = await runOf(50, { plan: { thresholds: [threshold] } });
    const { code, stderr } = await baseline("save", file(), missed, await runOf(50));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: ba5e\w\w did not pass\. Failed: threshold missed: failed > 1/);
    expect(stderr).toContain(
      "warning: a comparison with 2 runs ends undecided (exit code 6): 5 runs or more can tell.",
    );
  });

  it.each<[string, () => Promise<readonly string[]>, RegExp]>([
    ["a void run", async () => [await runOf(50, { delay: 40_000 })], /cannot be a baseline:\n {2}\w+ is void/],
    [
      "runs of two plans",
      async () => {
        const phases = [phase(0, 100, { shape: { kind: "constant", rate: 20 } })];
        return [await runOf(50), await runOf(50, { plan: { hash: "other", phases } })];
      },
      /ran different plans; they differ in: phases\.0\.shape\.rate/,
    ],
    [
      "a repeat over two targets",
      async () => [await repeatOf(await side(50, 2), ["own", "tb-next:1883"])],
      /has runs against two targets, which cannot be one side/,
    ],
    ["a run that is not there", async () => ["nowhere"], /There is no run nowhere/],
    ["an option of compare", async () => [await runOf(50), "--force"], /--force is an option of/],
  ])("does not save %s", async (_, make, why) => {
    const refused = await baseline("save", file(), ...(await make()));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
    expect(await readdir(place)).not.toContain("base.json.gz");
  });

  it("takes the place of an earlier baseline, and of no other file", async () => {
    const [first, second] = [await side(50, 1), await side(60, 1)];
    await baseline("save", file(), ...first);
    expect(await baseline("save", file(), ...second)).toMatchObject({ code: 0 });
    const summary = join(place, "results", first[0] ?? "", "plan.json");
    const before = await readFile(summary, "utf8");
    const refused = await baseline("save", summary, ...second);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is not a baseline as rollcall writes it"),
    });
    expect(await readFile(summary, "utf8")).toBe(before);
  });

  it("does not compare a run with itself, nor with a file that is not there", async () => {
    const [run] = await side(50, 1);
    await baseline("save", file(), run ?? "");
    expect(await baseline("compare", file(), run ?? "")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("a run compared with itself shows nothing"),
    });
    expect(await baseline("compare", file("other.gz"), run ?? "")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/There is no file .*other\.gz\./),
    });
  });
});
