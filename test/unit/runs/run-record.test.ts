import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { readRunRecord } from "../../../src/runs/reconcile/run-record.ts";
import { header } from "../record/samples.ts";
import { healthy } from "../summary/sample-run.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const outcome = (seq: number, result: object): object => ({
  kind: "outcome",
  outcome: { seq, name: `x-${seq}`, phase: 0, intended: 0, started: 0, marks: {}, ended: 2_000_000, result },
});

/** Of shard 1 of 2 of a run with ten devices, which was killed after these outcomes. */
async function recordOf(outcomes: readonly object[], names: Partial<Pick<Plan, "prefix" | "runId">>, more = {}) {
  const folder = testFolder();
  const path = join(folder, "journal-1.ndjson");
  const lines = [{ ...header(1, 2), runId: names.runId }, { kind: "claimed", through: 9 }, ...outcomes];
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const plan = {
    ...names,
    generators: 2,
    fleet: {
      seed: 1,
      names: { from: "pattern", pattern: "{prefix}-{seq}" },
      gateway: false,
      misbehaviours: [],
      ...more,
    },
    phases: [{ firstSeq: 0, devices: 10 }],
    provisioning: { strategy: "allow-create" },
  } as unknown as Plan;
  return readRunRecord(plan, { journals: [{ generator: 1, path }], rosters: [], members: undefined }, ["seen"]);
}

it("counts what a killed generator had claimed as unknown, by the names that the plan gives", async () => {
  const { names, from, to, unnamed } = await recordOf(
    [
      outcome(1, { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
      outcome(3, { state: "failed", kind: "answer-timeout", detail: "", unknown: true }),
      outcome(5, { state: "rejected", status: "FAILURE", message: "taken" }),
      healthy(5),
    ],
    { prefix: "x", runId: "abc" },
  );
  expect(Object.fromEntries(names)).toEqual({
    "x-1": "told",
    "x-3": "unknown",
    "x-5": "not-made",
    "x-7": "unknown",
    "x-9": "unknown",
  });
  const begun = Date.parse("2026-11-25T03:15:00.000Z");
  // It lived for five seconds, and may have started a device in the last of them.
  expect({ from, to, unnamed }).toEqual({ from: begun, to: begun + 65_000, unnamed: 0 });
});

it("keeps the best that is known of a name which several devices have on purpose", async () => {
  const all = { misbehaviours: [{ kind: "repeated-name", share: 1 }] };
  const { names } = await recordOf(
    [
      outcome(1, { state: "rejected", status: "FAILURE", message: "" }),
      outcome(3, { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
    ],
    { prefix: "x", runId: "abc" },
    all,
  );
  expect(Object.fromEntries(names)).toEqual({ "x-0": "told" });
});

it("takes no name from a journal, nor a time that no device and no load can take", async () => {
  const told = { state: "provisioned", credentialsType: "ACCESS_TOKEN" };
  const edited = (seq: number, changes: object): object => {
    const line = outcome(seq, told) as { readonly outcome: object };
    return { ...line, outcome: { ...line.outcome, ...changes } };
  };
  const names = { prefix: "x", runId: "abc" };
  const begun = Date.parse("2026-11-25T03:15:00.000Z");
  const one = await recordOf([edited(3, { name: "PRODUCTION-METER-1", ended: 1e16 }), outcome(5, told)], names);
  expect([...one.names.keys()].toSorted()).toEqual(["x-1", "x-3", "x-5", "x-7", "x-9"]);
  expect(one.to).toBe(begun + 62_000);
  expect(one.seenBefore).toEqual(new Set(["seen"]));
  const other = await recordOf([edited(3, { started: 3e11, ended: 3e11 })], names);
  expect(other.to).toBe(begun + 48 * 3_600_000);
});

it("takes a FAILURE under a name of the run's own for a device that may exist, and NOT_FOUND for none", async () => {
  const { names, unnamed } = await recordOf(
    [
      outcome(1, { state: "rejected", status: "FAILURE", message: "Failed to provision device!" }),
      outcome(3, { state: "rejected", status: "NOT_FOUND", message: "" }),
      outcome(5, { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
      outcome(7, { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
      outcome(9, { state: "dropped", reason: "in-flight-cap" }),
    ],
    { prefix: "rcabc", runId: "abc" },
  );
  expect(Object.fromEntries(names)).toEqual({
    "rcabc-1": "unknown",
    "rcabc-3": "not-made",
    "rcabc-5": "told",
    "rcabc-7": "told",
    "rcabc-9": "not-made",
  });
  expect(unnamed).toBe(0);
});
