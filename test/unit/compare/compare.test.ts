import { describe, expect, it } from "vitest";
import { compareRuns, DEFAULT_POLICY, exitCodeOf, RUNS_TO_DECIDE, runsNeeded } from "../../../src/compare/compare.ts";
import { renderJunit } from "../../../src/compare/junit.ts";
import { renderMarkdown } from "../../../src/compare/markdown.ts";
import { differentPlans, refusals } from "../../../src/compare/refusals.ts";
import { renderText } from "../../../src/compare/text.ts";
import { headline } from "../../../src/compare/wording.ts";
import { EXIT } from "../../../src/model/error.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { createRandom } from "../../support/random.ts";
import { goodRun as makeGoodRun } from "../../support/summaries.ts";

const goodRun = makeGoodRun();

/** A run whose round trip quantiles are `scale` times those of the good run, under open load. */
function runWith(id: string, scale: number, changes: Partial<Summary["run"]> = {}): Summary {
  const { measured } = goodRun;
  const { roundTrip } = measured.latencies;
  const quantiles = roundTrip.withTimeouts.quantiles.map((quantile) => ({
    ...quantile,
    value: us(Math.round(100_000 * (1 + quantile.q) * scale)),
  }));
  return {
    ...goodRun,
    run: { ...goodRun.run, id, ...changes },
    measured: {
      ...measured,
      failureRate: 0,
      plannedRate: 50,
      latencies: {
        ...measured.latencies,
        roundTrip: { ...roundTrip, withTimeouts: { ...roundTrip.withTimeouts, quantiles } },
      },
    },
  };
}

/** As of a run with too few answers for that percentile. */
function withoutP99(summary: Summary): Summary {
  const { measured } = summary;
  const { roundTrip } = measured.latencies;
  const quantiles = roundTrip.withTimeouts.quantiles.map((each) => (each.q === 0.99 ? { ...each, value: null } : each));
  const withTimeouts = { ...roundTrip.withTimeouts, quantiles };
  return {
    ...summary,
    measured: { ...measured, latencies: { ...measured.latencies, roundTrip: { ...roundTrip, withTimeouts } } },
  };
}

/** `count` runs that differ from each other by about 3 %, as those of one server do. */
function side(count: number, random: () => number, scale = 1): readonly Summary[] {
  return Array.from({ length: count }, (_, i) => runWith(`r${i}`, scale * (1 + 0.03 * normal(random))));
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const strict = { ...DEFAULT_POLICY, minimumEffect: 0.000_001 };

describe("comparing runs", () => {
  it("raises a false alarm at most at the declared level: 200 comparisons of a server with itself", () => {
    const random = createRandom(1);
    const alarms = Array.from({ length: 200 }, () => compareRuns(side(6, random), side(6, random), strict)).filter(
      ({ verdict }) => verdict === "regression" || verdict === "improvement",
    );
    // 5 % of 200 is 10; even without a minimum effect.
    expect(alarms.length).toBeLessThanOrEqual(10);
  });

  // The power against runs that differ by 3 % of their own: 93 of 100 with 6 runs a side, 99 with 8, with these seeds.
  it.each([
    { runs: 6, power: 93 },
    { runs: 8, power: 99 },
  ])("finds a service 10 % slower in $power of 100 comparisons with $runs runs a side", ({ runs, power }) => {
    const random = createRandom(2);
    const found = Array.from({ length: 100 }, () =>
      compareRuns(side(runs, random), side(runs, random, 1.1), DEFAULT_POLICY),
    ).filter(({ verdict }) => verdict === "regression");
    expect(found).toHaveLength(power);
  });

  it("calls nothing below the minimum effect, however certain", () => {
    const random = createRandom(3);
    const comparison = compareRuns(side(10, random), side(10, random, 1.03), { ...DEFAULT_POLICY, minimumEffect: 0.1 });
    expect(comparison.verdict).toBe("no-change");
    expect(comparison.metrics[0]?.excludesBeyond).toBeGreaterThan(0);
  });

  it("calls nothing below the generator's own floor", () => {
    const random = createRandom(3);
    const comparison = compareRuns(side(8, random), side(8, random, 1.2), {
      ...DEFAULT_POLICY,
      floor: [{ q: 0.5, value: us(1_000_000) }],
    });
    expect(comparison.verdict).toBe("no-change");
  });

  it("sees an improvement", () => {
    const random = createRandom(4);
    expect(compareRuns(side(6, random), side(6, random, 0.8), DEFAULT_POLICY).verdict).toBe("improvement");
  });

  it("says how many runs are needed instead of guessing", () => {
    const random = createRandom(5);
    const comparison = compareRuns(side(4, random), side(4, random, 2), DEFAULT_POLICY);
    expect(comparison.verdict).toBe("not-enough-runs");
    const needed = runsNeeded(DEFAULT_POLICY, comparison.metrics.length);
    expect(comparison.metrics.every((metric) => metric.runsNeeded === needed)).toBe(true);
    expect(compareRuns(side(needed, random), side(needed, random, 2), DEFAULT_POLICY).verdict).toBe("regression");
  });

  it("five runs a side decide at the default level, whichever figures there are; four do not", () => {
    expect(RUNS_TO_DECIDE).toBe(5);
    expect([1, 2, 3, 4, 5, 6].map((metrics) => runsNeeded(DEFAULT_POLICY, metrics))).toEqual([4, 5, 5, 5, 5, 5]);
  });

  it.each([
    ["regression", EXIT.threshold],
    ["not-enough-runs", EXIT.undecided],
    ["improvement", EXIT.pass],
    ["no-change", EXIT.pass],
  ] as const)("%s ends with %i", (verdict, code) => {
    expect(exitCodeOf({ verdict })).toBe(code);
  });

  it("does not blame the number of runs where a figure is missing from some of them", () => {
    const random = createRandom(5);
    const some = side(6, random).map((summary, index) => (index < 3 ? withoutP99(summary) : summary));
    const comparison = compareRuns(some, side(6, random), DEFAULT_POLICY);
    expect(comparison.verdict).toBe("not-enough-runs");
    expect(headline(comparison)).toBe(
      "Not enough runs to tell: round trip p99 is known of 3 against 6, and 5 a side are needed.",
    );
  });

  it("prints a sentence, each metric with its numbers, and lines that fit", () => {
    const random = createRandom(6);
    const comparison = compareRuns(side(6, random), side(6, random, 1.5), DEFAULT_POLICY);
    const text = renderText(comparison, { color: false, width: 80 });
    expect(text).toMatch(/^Regression: round trip p50 \+\d/);
    expect(text).toContain("round trip p99");
    expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(renderMarkdown(comparison)).toMatch(/^\*\*Regression: .*\*\*\n/);
  });

  it("never prints a p of 0", () => {
    const random = createRandom(6);
    const comparison = compareRuns(side(12, random), side(12, random, 1.5), DEFAULT_POLICY);
    expect(renderText(comparison, { color: false, width: 120 })).toMatch(/round trip p50 .*  < 0\.0001\n/);
  });

  it("is a failed case for CI where a metric regressed, and a skipped one where runs are too few", () => {
    const random = createRandom(7);
    const junit = (runs: number) =>
      renderJunit(compareRuns(side(runs, random), side(runs, random, 1.5), DEFAULT_POLICY), goodRun.run.startedAt);
    expect(junit(6)).toContain('failures="4" errors="0" skipped="0"');
    expect(junit(4)).toContain('failures="0" errors="0" skipped="5"');
  });
});

describe("what may be the generator's own", () => {
  const watched = (id: string, scale: number, share: number): Summary => {
    const run = runWith(id, scale);
    const { roundTrip } = run.measured.latencies;
    const quantiles = roundTrip.withTimeouts.quantiles.map((each) =>
      each.value === null ? each : { ...each, atLeast: us(each.value - share) },
    );
    const latencies = {
      ...run.measured.latencies,
      roundTrip: { ...roundTrip, withTimeouts: { ...roundTrip.withTimeouts, quantiles } },
    };
    return { ...run, measured: { ...run.measured, latencies } };
  };
  const eight = (scale: number, share: number) =>
    Array.from({ length: 8 }, (_, i) => watched(`r${i}`, scale * (1 + i / 10_000), share));

  it("is no difference between two servers", () => {
    // p50 150 ms against 180 ms.
    expect(compareRuns(eight(1, 0), eight(1.2, 1_000), strict).verdict).toBe("regression");
    expect(compareRuns(eight(1, 0), eight(1.2, 60_000), strict).verdict).toBe("no-change");
  });
});

describe("refusals", () => {
  const run = (summary: Summary, plan: unknown = { fleet: { seed: 1 } }) => ({ summary, plan });

  it("let comparable runs pass", () => {
    expect(refusals([run(runWith("a", 1))], [run(runWith("b", 1))], { force: false })).toEqual([]);
  });

  it("name a run that is void or not complete, even when forced", () => {
    const broken = runWith("b", 1, { state: "interrupted" });
    const unfit = { ...runWith("c", 1), validity: { ...goodRun.validity, grade: "void" as const } };
    expect(refusals([run(runWith("a", 1))], [run(broken), run(unfit)], { force: true })).toEqual([
      "b is interrupted",
      "c is void: its generator was unhealthy",
    ]);
  });

  it("name two runs during which other commands were run, unless forced", () => {
    const plan = { fleet: { seed: 1 } };
    const events = [{ at: 1_000_000, run: "kubectl delete pod tb-node-1" }];
    const sides = [[run(runWith("a", 1), plan)], [run(runWith("b", 1), { ...plan, events })]] as const;
    expect(refusals(...sides, { force: false })).toEqual(["a and b had different events"]);
    expect(refusals(...sides, { force: true })).toEqual([]);
  });

  it("name the fields in which two plans differ, unless forced", () => {
    const other = run(runWith("b", 1, { planHash: "other" }), { fleet: { seed: 2 }, target: { host: "x" } });
    const [reason] = refusals([run(runWith("a", 1))], [other], { force: false });
    expect(reason).toBe("a and b ran different plans; they differ in: fleet.seed");
    expect(refusals([run(runWith("a", 1))], [other], { force: true })).toEqual([]);
    expect(differentPlans([run(runWith("a", 1))], [other])).toBe(reason);
    const forced = compareRuns([runWith("a", 1)], [other.summary], DEFAULT_POLICY, reason);
    expect(forced.warnings[0]).toBe(reason);
  });

  it("name of target and groups what decides the load, and not where their servers are", () => {
    const plan = (host: string, mqttVersion: string, profile: string) => ({
      target: { host, port: 1883, transport: "mqtt", mqttVersion },
      provisioning: { strategy: "allow-create", profile },
      groups: [{ target: { host, mqttVersion }, provisioning: { profile } }],
    });
    const other = run(runWith("b", 1, { planHash: "other" }), plan("tb-next", "5", "new"));
    expect(refusals([run(runWith("a", 1), plan("tb", "3.1.1", "old"))], [other], { force: false })).toEqual([
      "a and b ran different plans; they differ in: target.mqttVersion, groups.0.target.mqttVersion",
    ]);
  });

  it("name a run that does not account for every device, even when forced", () => {
    const other = runWith("b", 1);
    const lost = { ...other, ledger: { ...other.ledger, imbalances: ["started is 3, but provisioned is 2"] } };
    expect(refusals([run(runWith("a", 1))], [run(lost)], { force: true })).toEqual([
      "b does not account for every device: started is 3, but provisioned is 2",
    ]);
  });

  it("name two runs whose devices spoke by different clients, unless forced; 0.1.0 had the package alone", () => {
    const of = (id: string, client: "lean" | "mqtt" | undefined) => {
      const { client: _, ...target } = goodRun.run.target;
      return run(runWith(id, 1, { target: client === undefined ? target : { ...target, client } }));
    };
    const [lean, old] = [of("a", "lean"), of("b", undefined)];
    expect(refusals([lean], [old], { force: false })).toEqual([
      "a used the lean client, b the client of the mqtt package (target.client)",
    ]);
    expect(refusals([lean], [old], { force: true })).toEqual([]);
    expect(refusals([of("c", "mqtt")], [old], { force: false })).toEqual([]);
    const forced = compareRuns([lean.summary], [old.summary], DEFAULT_POLICY, undefined);
    expect(forced.warnings).toContain(
      "the runs come from more than one MQTT client: lean client; client of the mqtt package",
    );
  });

  it("name a list of another length once, and of another content item by item", () => {
    const of = (planHash: string, misbehaviours: readonly string[]) =>
      run(runWith(planHash, 1, { planHash }), { fleet: { misbehaviours } });
    expect(differentPlans([of("a", [])], [of("b", ["x", "y"])])).toMatch(/differ in: fleet\.misbehaviours$/);
    expect(differentPlans([of("a", ["x"])], [of("b", ["y"])])).toMatch(/differ in: fleet\.misbehaviours\.0$/);
    expect(differentPlans([of("a", ["x"])], [of("a", ["x"])])).toBeUndefined();
  });
});
