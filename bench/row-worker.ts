import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { end, startBenchBus } from "./nats.ts";
import { cpuSecondsOf, endedSecondsOf } from "./process-tree.ts";
import { type Conditions, PROGRAM, runInto, withResults } from "./rollcall.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 20_000;
/** Of a run of so few is what it costs to start and end, here and there. */
const FEW = 2_000;
const REPEAT = 5;
const LIMIT = 1.05;

/** CPU seconds of a part of a run: the worker itself (none where there is none), and its generator. */
interface Use {
  readonly worker: number;
  readonly generator: number;
}

/**
 * CPU per device, provisioning and roll call: a worker with its generator against the generator of a run on this machine. What
 * a run costs however many devices it has (to start a generator, to compare clocks) is told apart: it is what two runs of
 * different size have in common, and the same difference is taken on both sides.
 */
export async function measureWorker(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  await using bus = await startBenchBus();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-worker-"));
  const worker = spawn(process.execPath, [PROGRAM, "worker", "--bus", bus.url, "--name", "bench", "--data", folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const heard = listenTo(worker);
  const [local, remote, whole]: [number[], number[], number[]] = [[], [], []];
  const here = (count: number): Promise<Use> => useHere(conditions, count);
  const there = (count: number): Promise<Use> => useThere(conditions, count, worker, bus.url, heard);
  try {
    await heard(/waiting for a run/);
    // What it loads for its first run stays, as its own start does.
    await there(FEW);
    // Interleaved, so that a machine that grows slower or faster does so for both.
    for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
      const [fewHere, fewThere] = [await here(FEW), await there(FEW)];
      const [manyHere, manyThere] = [await here(FEW + devices), await there(FEW + devices)];
      const perDevice = (of: (use: Use) => number, many: Use, few: Use): number =>
        ((of(many) - of(few)) / devices) * 1_000;
      local.push(perDevice(sumOf, manyHere, fewHere));
      remote.push(perDevice(sumOf, manyThere, fewThere));
      whole.push(sumOf(manyThere) / sumOf(manyHere));
      const own = perDevice((use) => use.worker, manyThere, fewThere);
      conditions.say(
        `generator ${local.at(-1)?.toFixed(3)} ms a device here; on the worker ${remote.at(-1)?.toFixed(3)}, of which ${own.toFixed(3)} the worker itself; ${FEW} devices, with start and end: ${sumOf(fewHere).toFixed(2)} s here, ${sumOf(fewThere).toFixed(2)} s there, of which ${fewThere.worker.toFixed(2)} the worker itself`,
      );
    }
  } finally {
    await end(worker);
    await rm(folder, { recursive: true, force: true });
  }
  conditions.say(`with start and end ${medianOf(whole).toFixed(3)} for ${FEW + devices} devices`);
  return figureOf(
    `CPU per device of a worker, against a generator on this machine (${devices} devices)`,
    `${medianOf(remote).toFixed(3)} ms : ${medianOf(local).toFixed(3)} ms`,
    medianOf(remote) / medianOf(local),
    { most: LIMIT },
  );
}

const sumOf = ({ worker, generator }: Use): number => worker + generator;

async function useHere(conditions: Conditions, devices: number): Promise<Use> {
  const { processes } = await withResults((results) => runInto(results, conditions, PLAIN, devices));
  // The parent comes first; the generator is its only child, and has ended before the parent reports.
  return { worker: 0, generator: processes[0]?.endedSeconds ?? Number.NaN };
}

/** From the place that it takes to the release of its results. */
async function useThere(
  conditions: Conditions,
  devices: number,
  worker: ChildProcess,
  bus: string,
  heard: (words: RegExp) => Promise<void>,
): Promise<Use> {
  const use = (): Use => ({
    worker: cpuSecondsOf(worker.pid ?? 0) ?? Number.NaN,
    generator: endedSecondsOf(worker.pid ?? 0) ?? Number.NaN,
  });
  const options = ["--bus", bus, "--workers", "1", "--generators-per-worker", "1"];
  const before = use();
  await withResults((results) => runInto(results, conditions, PLAIN, devices, { options }));
  await heard(/: over/);
  const after = use();
  return { worker: after.worker - before.worker, generator: after.generator - before.generator };
}

/** Resolves when it says such words. */
function listenTo(worker: ChildProcess): (words: RegExp) => Promise<void> {
  if (worker.stderr === null) throw new Error("the worker has no standard error");
  const said = createInterface({ input: worker.stderr })[Symbol.asyncIterator]();
  return async (words) => {
    for (;;) {
      const { value, done } = await said.next();
      if (done === true) throw new Error("the worker has ended");
      if (words.test(value)) return;
    }
  };
}
