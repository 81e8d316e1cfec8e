import { expect, it } from "vitest";
import { createRunMetrics } from "../../../src/metrics/run-metrics.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { us } from "../../../src/model/units.ts";
import { samplePlan } from "../summary/sample-run.ts";

function snapshot(generator: number): Snapshot {
  return {
    generator,
    at: us(1_000_000),
    stage: { kind: "load", phase: 0 },
    planned: 10,
    started: 9,
    inFlight: 2,
    outcomes: { provisioned: 7, rejected: 0, failed: 0, aborted: 0, dropped: 0 },
    verdicts: { connected: 0, refused: 0, unreachable: 0 },
    roundTrips: undefined,
    held: 1,
    health: undefined,
  };
}

it("say nothing more of what a generator does that is gone, and keep what it has counted", () => {
  const metrics = createRunMetrics(samplePlan(), false);
  for (const generator of [0, 1]) metrics.add(snapshot(generator));
  const generatorsOf = (name: string): readonly (string | undefined)[] =>
    metrics
      .read()
      .filter((metric) => metric.name === name)
      .flatMap(({ data: { points } }) => points.map(({ labels }) => labels["generator"]));
  const doing = ["rollcall_devices_in_flight", "rollcall_sessions_held", "rollcall_stage_info"];
  for (const name of doing) expect(generatorsOf(name)).toEqual(["0", "1"]);
  metrics.lose(0);
  for (const name of doing) expect(generatorsOf(name)).toEqual(["1"]);
  expect(generatorsOf("rollcall_devices_started_total")).toEqual(["0", "1"]);
});
