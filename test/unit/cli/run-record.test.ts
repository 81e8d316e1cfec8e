import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { readRunRecord } from "../../../src/cli/run-record.ts";

it("counts what a killed generator had claimed as unknown, and keeps the best that is known of a name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-record-"));
  const path = join(folder, "journal-1.ndjson");
  const outcome = (seq: number, name: string, result: object): object => ({
    kind: "outcome",
    outcome: { seq, name, phase: 0, intended: 0, started: 0, marks: {}, ended: 2_000_000, result },
  });
  const lines = [
    { kind: "header", version: 1, shard: { index: 1, count: 2 }, startedAt: "2026-11-25T03:15:00.000Z" },
    { kind: "claimed", through: 9 },
    outcome(1, "x-1", { state: "provisioned", credentialsType: "ACCESS_TOKEN" }),
    outcome(3, "x-3", { state: "failed", kind: "answer-timeout", detail: "", unknown: true }),
    outcome(5, "x-5", { state: "rejected", status: "FAILURE", message: "taken" }),
    outcome(7, "x-1", { state: "rejected", status: "FAILURE", message: "twice on purpose" }),
  ];
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const plan = {
    prefix: "x",
    fleet: { names: { from: "pattern", pattern: "{prefix}-{seq}" }, gateway: false, misbehaviours: [] },
    phases: [{ firstSeq: 0, devices: 10 }],
    provisioning: { strategy: "allow-create" },
  } as unknown as Plan;
  const { names, from, to, unnamed } = await readRunRecord(plan, [{ generator: 1, path }]);
  await rm(folder, { recursive: true });
  expect(Object.fromEntries(names)).toEqual({ "x-1": "told", "x-3": "unknown", "x-5": "not-made", "x-9": "unknown" });
  const begun = Date.parse("2026-11-25T03:15:00.000Z");
  expect({ from, to, unnamed }).toEqual({ from: begun, to: begun + 62_000, unnamed: 0 });
});
