import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { compare, plan, run } from "rollcall";

/** A load test as a test: 60 devices, of which each must log in, and none may wait long. */
const SCENARIO = "scenarios/quickstart.yaml";
const results = await mkdtemp(join(tmpdir(), "rollcall-example-"));
afterAll(() => rm(results, { recursive: true }));

it("provisions every device, and each of them can log in", async () => {
  const planned = await plan(SCENARIO, { devices: 60 });
  expect(planned.phases.map(({ name }) => name)).toEqual(["saturated", "steady"]);

  const running = run(SCENARIO, { devices: 60, simulate: true, preset: "instant", results, generators: 1 });
  for await (const { stage, provisioned, devices } of running) console.info(`${stage}: ${provisioned} of ${devices}`);
  const { summary, folder } = await running.result;
  expect(summary.ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });

  // A real check has five runs or more a side: with one, nothing can be told.
  expect((await compare([folder], [folder], { results })).verdict).toBe("not-enough-runs");
});
