import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { end, startBenchBus } from "./nats.ts";
import { cpuSecondsWithEnded } from "./process-tree.ts";
import { type Conditions, runInto, withResults } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 10_000;
const REPEAT = 3;
const LIMIT = 1.05;
const BIN = join(import.meta.dirname, "../bin/rollcall.mjs");

/**
 * CPU per device, provisioning and roll call: a worker with its generator, from the place that it takes to the release of
 * its results, against the whole of a run on this machine alone. A worker's own start is none of it, as it stays.
 */
export async function measureWorker(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  await using bus = await startBenchBus();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-worker-"));
  const worker = spawn(process.execPath, [BIN, "worker", "--bus", bus.url, "--name", "bench", "--data", folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = createInterface({ input: worker.stderr })[Symbol.asyncIterator]();
  const heard = async (words: RegExp): Promise<void> => {
    for (;;) {
      const { value, done } = await said.next();
      if (done === true) throw new Error("the worker has ended");
      if (words.test(value)) return;
    }
  };
  const perDevice = (seconds: number): number => (seconds / devices) * 1_000;
  const [local, alone, remote]: [number[], number[], number[]] = [[], [], []];
  const run = (options: readonly string[]) =>
    withResults((results) => runInto(results, conditions, PLAIN, devices, { options }));
  try {
    await heard(/waiting for a run/);
    // Interleaved, so that a machine that grows slower or faster does so for both.
    for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
      const here = await run([]);
      local.push(perDevice(here.cpuSeconds));
      alone.push(perDevice(here.processes[1]?.cpuSeconds ?? Number.NaN));
      const before = cpuSecondsWithEnded(worker.pid ?? 0);
      const there = await run(["--bus", bus.url, "--workers", "1", "--generators-per-worker", "1"]);
      await heard(/: over/);
      remote.push(perDevice(cpuSecondsWithEnded(worker.pid ?? 0) - before));
      conditions.say(
        `run ${local.at(-1)?.toFixed(3)} ms a device (its generator ${alone.at(-1)?.toFixed(3)}), worker with its generator ${remote.at(-1)?.toFixed(3)}; coordinator ${perDevice(there.cpuSeconds).toFixed(3)}`,
      );
    }
  } finally {
    await end(worker);
    await rm(folder, { recursive: true, force: true });
  }
  const ratio = medianOf(remote) / medianOf(alone);
  return {
    what: `CPU per device of a worker, against a generator on this machine (${devices} devices)`,
    measured: `${medianOf(remote).toFixed(3)} ms : ${medianOf(alone).toFixed(3)} ms`,
    ratio,
    limit: `<= ${LIMIT}`,
    passed: ratio <= LIMIT,
  };
}
