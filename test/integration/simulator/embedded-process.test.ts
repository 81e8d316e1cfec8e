import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { startEmbeddedSimulator } from "../../../src/processes/start-simulator.ts";
import { until } from "../../e2e/rollcall.ts";
import { testFolder } from "../../support/temporary-folder.ts";

it("keeps what Node has compiled for the next one, though it is killed at its end", async () => {
  const cache = testFolder();
  const before = process.env["NODE_COMPILE_CACHE"];
  process.env["NODE_COMPILE_CACHE"] = cache;
  const simulator = await startEmbeddedSimulator({}).finally(() => (process.env["NODE_COMPILE_CACHE"] = before));
  const kept = (): number => readdirSync(cache, { recursive: true }).length;
  await until(() => Promise.resolve(kept() > 10));
  simulator[Symbol.dispose]();
  // Killed while it still wrote, perhaps: nothing may come into a folder that is taken away.
  await until(() => Promise.resolve(!isAlive(simulator.pid)));
  expect(kept()).toBeGreaterThan(10);
});

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}
