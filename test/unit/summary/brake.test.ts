import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { FailureKind, Outcome } from "../../../src/model/outcome.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { us } from "../../../src/model/units.ts";
import { writeBrakeRecord } from "../../../src/record/brake-file.ts";
import { createIntervalTally } from "../../../src/record/interval-tally.ts";
import { createPhaseTally } from "../../../src/record/phase-tally.ts";
import { createBrake } from "../../../src/summary/brake.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";
import { failed, goodEntries, outcome, phase, replacing, samplePlan, writeRun } from "./sample-run.ts";

const PHASES = [phase(0, 10, { name: "cold", warmup: true }), phase(10, 1_000)];

function planWith(...thresholds: readonly object[]): Plan {
  const { plan } = load(MINIMAL, [
    "load=[{name: cold, warmup: true, burst: {}, devices: 5}, {name: steady, burst: {}, devices: 5}]",
    `thresholds=${JSON.stringify(thresholds)}`,
  ]);
  return samplePlan({ phases: PHASES, thresholds: plan.thresholds });
}

/** What a generator says of these entries at `second`. */
function snapshot(entries: readonly Entry[], second: number, generator = 0): Snapshot {
  const tally = createIntervalTally(createPhaseTally());
  for (const entry of entries) tally.add(entry);
  const { outcomes, verdicts, roundTrips, byPhase } = tally.take();
  const counts = { planned: 0, started: 0, inFlight: 0, outcomes, verdicts, roundTrips, byPhase, held: 0 };
  return { generator, at: us(second * 1e6), stage: { kind: "load", phase: 1 }, ...counts, health: undefined };
}

const good = (count: number, roundTrip = 10_000): Entry[] =>
  Array.from({ length: count }, (_, index) => outcome(index, { phase: 1, roundTrip }));
const broken = (index: number, kind: FailureKind, more: Partial<Outcome> = {}): Entry =>
  outcome(index, {
    phase: 1,
    marks: { sent: us(1_000) },
    result: { state: "failed", kind, detail: "", unknown: false },
    ...more,
  });
const bad = (count: number, of = 1): Entry[] =>
  Array.from({ length: count }, (_, index) => broken(500 + index, "connection-refused", { phase: of }));

const FAILURES = { threshold: "failureRate < 10%", abort: true };

describe("a brake", () => {
  it("stops at a share of failures among the devices that have ended, of all generators together", () => {
    const brake = createBrake(planWith(FAILURES));
    expect(brake.check()).toBeUndefined();
    brake.add(snapshot(good(20), 1, 0));
    expect(brake.check()).toBeUndefined();
    brake.add(snapshot([...good(15), ...bad(5)], 2, 1));
    expect(brake.check()).toEqual({
      threshold: "failureRate < 10%",
      at: 2e6,
      measured: 0.125,
      limit: 0.1,
      unit: "ratio",
    });
  });

  it("waits for its delay, and looks at the measured phases unless one is named", () => {
    const late = createBrake(planWith({ ...FAILURES, delay: "3s" }));
    late.add(snapshot(bad(5), 2));
    expect(late.check()).toBeUndefined();
    late.add(snapshot(bad(5), 3));
    expect(late.check()?.at).toBe(3e6);

    const measured = createBrake(planWith(FAILURES));
    measured.add(snapshot([...good(5), ...bad(5, 0)], 1));
    expect(measured.check()).toBeUndefined();
    const named = createBrake(planWith({ ...FAILURES, threshold: "cold:failureRate < 10%" }));
    named.add(snapshot([...good(5), ...bad(5, 0)], 1));
    expect(named.check()?.measured).toBe(1);
  });

  it("does not blame devices that misbehave on purpose, nor those that a stop took away", () => {
    const brake = createBrake(planWith(FAILURES));
    const own = broken(600, "connection-reset", { misbehaviour: "half-open-socket" });
    const stopped = outcome(601, { phase: 1, result: { state: "dropped", reason: "interrupted" } });
    brake.add(snapshot([...good(3), own, stopped], 1));
    expect(brake.check()).toBeUndefined();
  });

  it("knows a percentile from as many samples on as a report needs, time-outs at their value", () => {
    const brake = createBrake(planWith({ threshold: "roundTrip.p95 < 50ms", abort: true }));
    brake.add(snapshot(good(71, 60_000), 1));
    expect(brake.check()).toBeUndefined();
    brake.add(snapshot(good(1, 60_000), 2));
    expect(brake.check()).toMatchObject({ unit: "us", limit: 50_000 });
    const silent = createBrake(planWith({ threshold: "roundTrip.timeouts <= 2", abort: true }));
    silent.add(
      snapshot(
        [0, 1, 2].map((index) => broken(index, "answer-timeout")),
        1,
      ),
    );
    expect(silent.check()).toMatchObject({ measured: 3, unit: "count" });
  });

  it("takes no heed of thresholds that are for the end", () => {
    const brake = createBrake(
      planWith({ threshold: "failureRate < 10%" }, { threshold: "rejected == 0", abort: true }),
    );
    brake.add(snapshot(bad(9), 9));
    expect(brake.check()).toBeUndefined();
  });
});

describe("a run that its own threshold stopped", () => {
  const record = { threshold: "failureRate < 10%", at: us(2e6), measured: 0.4, limit: 0.1, unit: "ratio" } as const;

  async function folded(entries: readonly Entry[], ending: "complete" | "interrupted" = "interrupted") {
    const { thresholds } = planWith(FAILURES);
    const folder = await writeRun(samplePlan({ thresholds }), [{ entries, ending }]);
    await writeBrakeRecord(folder, record);
    return (await foldRun(folder)).summary;
  }

  it("has missed it, whatever it came to in the end, and was not interrupted by its user: 3", async () => {
    const { run, verdict, thresholds } = await folded(goodEntries());
    expect(run.stoppedBy).toEqual(record);
    expect(thresholds).toMatchObject([{ passed: false, measured: 0.4, limit: 0.1 }]);
    expect(verdict).toMatchObject({ exitCode: 3, passed: false });
    expect(verdict.headline).toBe(
      "Failed: the run was stopped by its threshold failureRate < 10%, which was 40 % after 2 s; 100 of 100 devices provisioned, and every one of them logged in.",
    );
  });

  it("ends with 4 where nobody was provisioned, and still names the threshold", async () => {
    const none = Array.from({ length: 100 }, (_, index) => failed(index, "answer-timeout"));
    const { verdict } = await folded(replacing(goodEntries(), ...none));
    expect(verdict.exitCode).toBe(4);
    expect(verdict.reasons).toContainEqual(expect.stringContaining("was stopped by its threshold failureRate < 10%"));
  });

  it("without such a record was interrupted: 130", async () => {
    const folder = await writeRun(samplePlan(), [{ entries: goodEntries(), ending: "interrupted" }]);
    expect((await foldRun(folder)).summary.verdict.exitCode).toBe(130);
  });
});
