import { beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../src/compare/comparison.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Entry } from "../../src/model/entry.ts";
import { seq, us } from "../../src/model/units.ts";
import { called, claimed, healthy, outcome, phase, samplePlan, writeRun } from "../unit/summary/sample-run.ts";
import { rollcallHere } from "./rollcall.ts";

const RUNS = 5;

/** The folder of a run of 100 devices, each answered after so many milliseconds and a little more than the one before. */
async function runOf(ms: number, changes: { plan?: Partial<Plan>; delay?: number } = {}): Promise<string> {
  const devices = Array.from({ length: 100 }, (_, index) =>
    outcome(index, { roundTrip: us(Math.round(ms * 1_000) + index) }),
  );
  const logins = devices.map((_, index) => called(index));
  const health = healthy(1, { delay: changes.delay ?? 100 });
  return writeRun(samplePlan(changes.plan ?? {}), [{ entries: [claimed(99), ...devices, health, ...logins] }]);
}

/** The folder of a run with so many of at most 1,000 devices in 10 s of closed load. */
async function timedRunOf(devices: number): Promise<string> {
  const outcomes = Array.from({ length: devices }, (_, index) =>
    outcome(index, { intended: us(Math.round((index * 10_000_000) / devices)), roundTrip: us(50_000 + index) }),
  );
  const shape = { kind: "closed", concurrency: 5, duration: us(10_000_000) } as const;
  const entries: readonly Entry[] = [
    claimed(255),
    ...outcomes,
    { kind: "phase-end", phase: 0, next: seq(devices) },
    healthy(1, { delay: 100 }),
    ...outcomes.map((_, index) => called(index)),
  ];
  return writeRun(samplePlan({ phases: [phase(0, 1_000, { shape })] }), [{ entries }]);
}

const side = (ms: number): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: RUNS }, (_, index) => runOf(ms * (1 + index / 100))));

let base: readonly string[];
let slower: readonly string[];
beforeAll(async () => {
  [base, slower] = await Promise.all([side(50), side(60)]);
});

const compare = (...args: readonly string[]) => rollcallHere("compare", ...args).finished;

describe("compare", () => {
  it("ends with 3 at a regression, and says it as text, markdown, JSON and JUnit", async () => {
    const all = await Promise.all(
      ["text", "markdown", "json", "junit"].map((format) => compare("-f", format, ...base, "--", ...slower)),
    );
    expect(all.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    const [text, markdown, json, junit] = all.map(({ stdout }) => stdout);
    expect(text).toMatch(/^Regression: round trip p50 \+10\.\d ms \(\+20(?:\.\d)? %\)/);
    expect(markdown).toMatch(/^\*\*Regression: round trip p50 .*\n[^]*\| round trip p90 \|/);
    expect((JSON.parse(json ?? "") as Comparison).verdict).toBe("regression");
    expect(junit).toContain('<failure message="regression: +10');
  });

  it("takes the second side as --against, so that options may stand at the end", async () => {
    const behind = await compare("-f", "markdown", ...base, "--", ...slower);
    expect(await compare(...base, "--against", ...slower, "-f", "markdown")).toEqual(behind);
  });

  it("ends with 0 where nothing or the better is shown", async () => {
    const [same, better] = await Promise.all([compare(...base, "--", ...base), compare(...slower, "--", ...base)]);
    expect(same).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No change/) });
    expect(same.stdout).toMatch(/no change larger than [\d.]+ ms shown/);
    expect(better).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Improvement/) });
  });

  it("ends with 6 where too few runs cannot tell, in every format", async () => {
    const [one, other] = [base.slice(0, 4), slower.slice(0, 4)];
    const all = await Promise.all(
      ["text", "markdown", "json", "junit"].map((format) => compare("-f", format, ...one, "--", ...other)),
    );
    expect(all.map(({ code }) => code)).toEqual([6, 6, 6, 6]);
    expect(all[0]?.stdout).toContain("Not enough runs to tell: 4 against 4, and 5 a side are needed.");
    const help = await compare("--help");
    expect(help.stdout).toContain("5 or more a side can tell");
  });

  it("refuses a void run, and another plan unless forced, with exit code 2 and what differs", async () => {
    const unfit = await runOf(50, { delay: 40_000 });
    const other = await runOf(60, {
      plan: { hash: "other", phases: [phase(0, 100, { shape: { kind: "constant", rate: 20 } })] },
    });
    const refused = await compare(...base, "--", ...slower, unfit);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("is void: its generator was unhealthy") });
    const differing = await compare(...base, "--", ...slower, other);
    expect(differing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("differ in: phases.0.shape.rate"),
    });
    expect(await compare("--force", ...base, "--", ...slower, other)).toMatchObject({ code: 3 });
  });

  it("holds closed loads with a duration by how many devices the server answered in it", async () => {
    const sides = [60, 48].map((devices) =>
      Promise.all(Array.from({ length: RUNS }, (_, index) => timedRunOf(devices + (index % 2)))),
    );
    const [more = [], fewer = []] = await Promise.all(sides);
    const { code, stdout, stderr } = await compare(...more, "--", ...fewer);
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stderr: "",
      stdout: expect.stringMatching(/^Regression: capacity /),
    });
    expect(stdout).not.toContain("different plans");
  });

  it("refuses a run whose ledger does not balance, whatever is forced", async () => {
    const devices = Array.from({ length: 100 }, (_, index) => outcome(index, { roundTrip: us(50_000 + index) }));
    const uncalled = await writeRun(samplePlan(), [{ entries: [claimed(99), ...devices, healthy(1, { delay: 100 })] }]);
    const refused = await compare("--force", ...base, "--", ...slower, uncalled);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("does not account for every device: ") });
  });

  it("says that options come before the candidates", async () => {
    const { code, stderr } = await compare(...base, "--", ...slower, "--force");
    expect(stderr).toContain("--force stands behind --, where only runs are expected");
    expect(code).toBe(2);
  });
});
