import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { readRunRecord } from "../../../src/runs/server/run-record.ts";

const outcome = (seq: number, name: string, result: object): object => ({
  kind: "outcome",
  outcome: { seq, name, phase: 0, intended: 0, started: 0, marks: {}, ended: 2_000_000, result },
});

/** Of shard 1 of 2 of a run with ten devices, which was killed after these outcomes. */
async function recordOf(outcomes: readonly object[], names: Partial<Pick<Plan, "prefix" | "runId">>) {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-record-"));
  const path = join(folder, "journal-1.ndjson");
  const lines = [
    { kind: "header", version: 1, shard: { index: 1, count: 2 }, startedAt: "2026-11-25T03:15:00.000Z" },
    { kind: "claimed", through: 9 },
    ...outcomes,
  ];
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const plan = {
    ...names,
    fleet: { names: { from: "pattern", pattern: "{prefix}-{seq}" }, gateway: false, misbehaviours: [] },
    phases: [{ firstSeq: 0, devices: 10 }],
    provisioning: { strategy: "allow-create" },
  } as unknown as Plan;
  const record = await readRunRecord(plan, [{ generator: 1, path }]);
  await rm(folder, { recursive: true });
  return record;
}

it("counts what a killed generator had claimed as unknown, and keeps the best that is known of a name", async () => {
  const { names, from, to, unnamed } = await recordOf(
    [
      outcome(1, "x-1", { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
      outcome(3, "x-3", { state: "failed", kind: "answer-timeout", detail: "", unknown: true }),
      outcome(5, "x-5", { state: "rejected", status: "FAILURE", message: "taken" }),
      outcome(7, "x-1", { state: "rejected", status: "FAILURE", message: "twice on purpose" }),
    ],
    { prefix: "x", runId: "abc" },
  );
  expect(Object.fromEntries(names)).toEqual({ "x-1": "told", "x-3": "unknown", "x-5": "not-made", "x-9": "unknown" });
  const begun = Date.parse("2026-11-25T03:15:00.000Z");
  expect({ from, to, unnamed }).toEqual({ from: begun, to: begun + 62_000, unnamed: 0 });
});

it("takes a FAILURE under a name of the run's own for a device that may exist, and NOT_FOUND for none", async () => {
  const { names, unnamed } = await recordOf(
    [
      outcome(1, "rcabc-1", { state: "rejected", status: "FAILURE", message: "Failed to provision device!" }),
      outcome(3, "rcabc-3", { state: "rejected", status: "NOT_FOUND", message: "" }),
      outcome(5, " ", { state: "rejected", status: "FAILURE", message: "blank on purpose" }),
      outcome(7, "rcabc-7", { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
      outcome(9, "rcabc-9", { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
    ],
    { prefix: "rcabc", runId: "abc" },
  );
  expect(Object.fromEntries(names)).toEqual({
    "rcabc-1": "unknown",
    "rcabc-3": "not-made",
    "rcabc-7": "told",
    "rcabc-9": "told",
  });
  expect(unnamed).toBe(0);
});
