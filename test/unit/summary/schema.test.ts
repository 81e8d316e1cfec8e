import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Entry } from "../../../src/model/entry.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { called, failed, goodEntries, outcome, rejected, replacing, samplePlan, writeRun } from "./sample-run.ts";

type SchemaNode = Parameters<typeof z.fromJSONSchema>[0];
const schema = JSON.parse(readFileSync("docs/schema/summary.schema.json", "utf8")) as Exclude<SchemaNode, boolean>;
const published = z.fromJSONSchema(schema);

/** Every part of a summary filled: failures, rejections, refusals, duplicates, a hold, thresholds, warnings. */
async function fullSummary(): Promise<Summary> {
  const outcomes = [
    failed(1, "answer-timeout", { unknown: true }),
    rejected(2),
    outcome(3, { roundTrip: 700_000_000 }),
  ];
  const hold: Entry = {
    kind: "hold",
    hold: { duration: us(1), sessions: 2, stayed: 1, lost: [{ reason: "reset", count: 1 }] },
  };
  const entries = [
    ...replacing(goodEntries(), ...outcomes),
    called(3, { state: "refused", code: 5, reason: "5 not authorised" }),
    hold,
  ];
  const thresholds = [{ text: "login.p99 < 1", left: "login.p99", operator: "<", right: 1 } as const];
  return (await foldRun(await writeRun(samplePlan({ thresholds }), [{ entries }]))).summary;
}

const asJson = (summary: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(summary)) as Record<string, unknown>;

describe("docs/schema/summary.schema.json", () => {
  it("describes real summaries", async () => {
    const good = (await foldRun(await writeRun(samplePlan(), [{ entries: goodEntries() }]))).summary;
    const crashed = (await foldRun(await writeRun(samplePlan(), [{ entries: [], ending: "crashed" }]))).summary;
    for (const summary of [await fullSummary(), good, crashed]) {
      expect(published.safeParse(asJson(summary)).error?.issues ?? []).toEqual([]);
    }
  });

  it("refuses what is missing, unknown or of another type", async () => {
    const summary = asJson(await fullSummary());
    const { verdict: _, ...without } = summary;
    for (const wrong of [without, { ...summary, more: 1 }, { ...summary, version: 2 }, { ...summary, seconds: [{}] }]) {
      expect(published.safeParse(wrong).success).toBe(false);
    }
  });
});
