import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { ThresholdPlan } from "../../../src/model/plan.ts";
import type { Summary, ThresholdResult } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { called, failed, goodEntries, replacing, samplePlan, writeRun } from "./sample-run.ts";

function threshold(text: string): ThresholdPlan {
  const [left = "", operator = "", right = ""] = text.split(" ");
  const number = Number(right);
  return { text, left, operator: operator as ThresholdPlan["operator"], right: Number.isNaN(number) ? right : number };
}

async function judged(texts: readonly string[], entries: readonly Entry[] = goodEntries()): Promise<Summary> {
  return (await foldRun(await writeRun(samplePlan({ thresholds: texts.map(threshold) }), [{ entries }]))).summary;
}

async function one(text: string, entries?: readonly Entry[]): Promise<ThresholdResult | undefined> {
  return (await judged([text], entries)).thresholds[0];
}

describe("threshold", () => {
  it.each([
    ["roundTrip.p95 < 20000", true, 10_000, 0.5, "us"],
    ["roundTrip.max <= 10000", true, 10_000, 0, "us"],
    ["roundTrip.mean > 20000", false, 10_000, -0.5, "us"],
    ["failureRate <= 0", true, 0, null, "ratio"],
    ["startedRate >= 8", true, 10, 0.25, "per-second"],
    ["connected == provisioned", true, 100, 0, "count"],
    ["connected != 100", false, 100, null, "count"],
    ["steady:roundTrip.min > 5000", true, 10_000, 1, "us"],
    ["roundTrip.timeouts == 0", true, 0, null, "count"],
    ["unknown < 1", true, 0, 1, "count"],
  ])("%s", async (text, passed, measured, margin, unit) => {
    expect(await one(text)).toMatchObject({ text, passed, measured, margin, unit });
  });

  it.each([
    "roundTrip.p99 < 1",
    "roundTrip.p999 < 1",
    "roundTrip.p99.9 < 1",
    "hold.lost < 1",
    "nothing < 1",
    "gone:failureRate < 1",
  ])("that cannot be measured is missed: %s", async (text) => {
    expect(await one(text)).toMatchObject({ passed: false, measured: null, margin: null });
  });

  it("is not met by a server that falls silent", async () => {
    const silent = Array.from({ length: 10 }, (_, index) => failed(index, "answer-timeout"));
    expect(await one("roundTrip.p95 < 20000", replacing(goodEntries(), ...silent))).toMatchObject({ passed: false });
  });

  it("missed gives 3, and 4 where the roll call failed too; every reason is told, worst first", async () => {
    const texts = ["roundTrip.p95 < 5000", "failureRate < 0.5", "loginsPerSecond > 5000"];
    const missed = (await judged(texts)).verdict;
    expect(missed).toMatchObject({ exitCode: 3, passed: false });
    expect(missed.reasons).toEqual([
      "threshold missed: roundTrip.p95 < 5000 (was 10 ms)",
      expect.stringMatching(/^threshold missed: loginsPerSecond > 5000 \(was 95\d\/s\)$/),
    ]);
    const refused = called(1, { state: "refused", code: 4, reason: "4 bad user name or password" });
    const entries = goodEntries().filter((entry) => entry.kind !== "roll-call" || entry.entry.seq !== 1);
    const both = (await judged(texts, [...entries, refused])).verdict;
    expect(both.exitCode).toBe(4);
    expect(both.reasons).toHaveLength(3);
    expect(both.reasons[0]).toContain("4 bad user name or password: 1");
    expect(both.headline).toMatch(
      /^Failed: 1 login refused .*; 100 of 100 devices provisioned, 99 of them logged in\.$/,
    );
  });
});

describe("what of a figure may be the generator's own", () => {
  /** Every answer may have lain unread for so long; all took 10 ms. */
  const watched = (unread: number, but: number = -1): Entry[] =>
    goodEntries().map((entry) =>
      entry.kind === "outcome" && entry.outcome.seq !== but
        ? { ...entry, outcome: { ...entry.outcome, unread: us(unread) } }
        : entry,
    );
  const p95Of = (summary: Summary) =>
    summary.measured.latencies.roundTrip.success.quantiles.find(({ q }) => q === 0.95);

  it("is taken off every sample before the quantile is looked for, of what ends with an answer", async () => {
    const summary = await judged([], watched(2_000));
    expect(p95Of(summary)).toMatchObject({ value: 10_000, atLeast: 8_000 });
    const { connect } = summary.measured.latencies;
    expect(connect.success.quantiles.every((quantile) => quantile.atLeast === undefined)).toBe(true);
  });

  it("is not said where it was not recorded for each", async () => {
    expect(p95Of(await judged([], watched(2_000, 7)))).not.toHaveProperty("atLeast");
    expect(p95Of(await judged([]))).not.toHaveProperty("atLeast");
  });

  it("is named where a limit is missed by no more than that, and missed it is", async () => {
    expect(await one("roundTrip.p95 < 9000", watched(2_000))).toMatchObject({ passed: false, perhapsOurs: true });
    expect(await one("roundTrip.p95 < 7000", watched(2_000))).not.toHaveProperty("perhapsOurs");
    expect(await one("roundTrip.p95 < 20000", watched(2_000))).not.toHaveProperty("perhapsOurs");
  });
});
