import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Bounds, Trial } from "../../src/search/trial.ts";
import { DEFAULT_PROFILE } from "../../src/simulator/options.ts";
import { startBuiltSimulator } from "../support/built.ts";
import { readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/**
 * At 800 a second generator and simulator take half a core each: the generator's code has to be compiled before it is measured,
 * and no rate is tried that two cores cannot carry.
 */
const ROWS = [
  { capacity: 50, options: "--start=37.5 --duration=4" },
  { capacity: 200, options: "--start=150 --duration=4" },
  { capacity: 800, options: "--start=720 --highest=900 --duration=4 --warm-up=2000" },
] as const;

/** One processor and a fixed time for each device: the capacity is known. The delay after it takes no processor. */
it.for(ROWS)(
  "search finds a simulator of $capacity devices a second within a tenth",
  // A simulator that other programs keep from the processor is a slower server, and nothing tells the two apart from outside.
  { timeout: 240_000, retry: 2 },
  async ({ capacity, options: own }) => {
    await using out = await temporaryFolder();
    using simulator = await startBuiltSimulator({
      preset: "instant",
      service: { cores: 1, provision: { kind: "fixed", ms: 1_000 / capacity } },
      faults: [{ kind: "delay", ms: 60 }],
    });
    const scenario = await writeScenario(out.path);
    const options = [
      `--port=${simulator.ports.mqtt} --out=${out.path} --format=json --criterion=failureRate<1%`,
      `${own} --resolution=0.08 --confirmations=1 --cool-down=0`,
      `--set=provisioning.key=${DEFAULT_PROFILE.key} --set=provisioning.secret=${DEFAULT_PROFILE.secret}`,
      "--set=rollCall=off",
    ].flatMap((line) => line.split(" "));
    const { code, stdout, stderr } = await rollcallHere("search", scenario, ...options).finished;
    const { bounds } = JSON.parse(stdout) as { readonly bounds: Bounds };
    const busy = bounds.ended === "generator-limited";
    if (busy) console.warn(`A capacity of ${capacity}/s: this machine's generators were the limit.\n${stderr}`);
    expect({ code, stderr }).toMatchObject({ code: busy ? 5 : 0 });
    // A busy machine may find less, and says that it was the limit; more than there is it never finds.
    expect(bounds.passes ?? 0).toBeGreaterThan(busy ? -1 : capacity * 0.9);
    expect(bounds.passes ?? 0).toBeLessThan(capacity * 1.1);
    expect(busy && !stdout.includes('"void"')).toBe(false);
  },
);

it(
  "search judges devices by what became of them in the end where they may try again",
  { timeout: 120_000 },
  async () => {
    await using out = await temporaryFolder();
    using simulator = await startBuiltSimulator({
      preset: "instant",
      faults: [
        { kind: "reset", rate: 0.2 },
        { kind: "delay", ms: 60 },
      ],
    });
    const scenario = await writeScenario(out.path);
    const options = [
      `--port=${simulator.ports.mqtt} --out=${out.path} --format=json --criterion=failureRate<1%`,
      "--start=20 --highest=20 --duration=2 --confirmations=1 --cool-down=0 --most-trials=3 --generators=1",
      `--set=provisioning.key=${DEFAULT_PROFILE.key} --set=provisioning.secret=${DEFAULT_PROFILE.secret}`,
      "--set=rollCall=off",
    ].flatMap((line) => line.split(" "));
    const retry = "--set=fleet.retry={ attempts: 10, backoff: 20ms }";
    const { code, stdout } = await rollcallHere("search", scenario, ...options, retry).finished;
    const { trials } = JSON.parse(stdout) as { readonly trials: readonly Trial[] };
    // Which rates are tried and pass is the machine's; that one device in five needs another attempt is the server's.
    expect([0, 5, 6]).toContain(code);
    expect(trials.length).toBeGreaterThan(0);
    for (const { runId, failureRate } of trials) {
      expect(failureRate).toBe(0);
      const { retries } = await readSummary(await runFolder(out.path, runId));
      expect(retries?.recovered).toBeGreaterThan(0);
    }
  },
);

async function runFolder(results: string, runId: string): Promise<string> {
  const found = (await readdir(results, { recursive: true })).find((name) => name.endsWith(`-${runId}`));
  return join(results, found ?? runId);
}
