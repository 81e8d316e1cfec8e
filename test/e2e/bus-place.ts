import { join } from "node:path";
import { expect } from "vitest";
import type { KeySource } from "../../src/cli/keys.ts";
import type { Summary } from "../../src/model/summary.ts";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { BUS_PACE, type BusPace } from "../../src/workers/bus/pace.ts";
import { type RunningHere, startInProcess } from "../support/in-process.ts";
import { type Running, rollcall, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** Nobody is far away here, so that nothing has to be waited for as long as between real machines. */
export const SHORT_PACE: BusPace = {
  ...BUS_PACE,
  ping: 500,
  send: 500,
  look: 50,
  call: 300,
  quietOfLost: 500,
  quietOfCollect: 3_000,
  underWay: 3_000,
  tidyUp: 500,
};

/** A folder with a scenario, and workers that are gone after the test. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly results: string;
  /** In the test's own process, as all here whose name does not say otherwise. The scenario's options come after `plan`. */
  run(...args: readonly string[]): RunningHere;
  /** Another command that makes load. */
  other(name: "repeat" | "search", ...args: readonly string[]): RunningHere;
  /** Seen on a terminal, whose keys are pressed. */
  watched(keys: KeySource, ...args: readonly string[]): RunningHere;
  doctor(...args: readonly string[]): RunningHere;
  /** Without an aim: it has none. */
  calibrate(...args: readonly string[]): RunningHere;
  /** Any command at all. */
  command(...args: readonly string[]): RunningHere;
  worker(name: string, url: string, ...args: readonly string[]): Promise<RunningHere>;
  /** Those that are to be killed. */
  runAsProcess(...args: readonly string[]): Running;
  workerAsProcess(name: string, url: string): Promise<Running>;
  readonly dataOf: (name: string) => string;
}

export async function openPlace(
  simulator: Pick<Simulator, "port">,
  plan: readonly string[],
  busPace: BusPace = SHORT_PACE,
): Promise<Place> {
  const folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const results = join(folder.path, "results");
  const sets = plan.flatMap((set) => ["--set", set]);
  const aim = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", results];
  const processes: Running[] = [];
  const started: RunningHere[] = [];
  // Where a worker of that name keeps its results if nobody says where.
  const dataOf = (name: string): string => join(folder.path, "cache", "rollcall", "worker", name);
  const ofWorker = (name: string, url: string, args: readonly string[]): readonly string[] => {
    return ["worker", "--bus", url, "--name", name, ...args];
  };
  const start = (args: readonly string[], keys?: KeySource): RunningHere => {
    const variables = { XDG_STATE_HOME: join(folder.path, "state"), XDG_CACHE_HOME: join(folder.path, "cache") };
    const running = startInProcess(args, { busPace, variables, ...(keys === undefined ? {} : { keys }) });
    started.push(running);
    return running;
  };
  const command = (...args: readonly string[]): RunningHere => start(args);
  const asProcess = (...args: readonly string[]): Running => {
    const running = rollcall(...args);
    processes.push(running);
    return running;
  };
  const waiting = async <T extends Pick<Running, "shows">>(running: T): Promise<T> => {
    await running.shows("waiting for a run");
    return running;
  };
  return {
    folder: folder.path,
    results,
    dataOf,
    command,
    run: (...args) => command("run", scenario, ...sets, ...aim, "--quiet", ...args),
    other: (name, ...args) => command(name, scenario, ...sets, ...aim, ...args),
    watched: (keys, ...args) => start(["run", scenario, ...sets, ...aim, ...args], keys),
    calibrate: (...args) => command("calibrate", scenario, ...sets, "--out", results, ...args),
    doctor: (...args) => command("doctor", scenario, ...sets, ...aim, ...args),
    worker: (name, url, ...args) => waiting(command(...ofWorker(name, url, args))),
    runAsProcess: (...args) => asProcess("run", scenario, ...sets, ...aim, "--quiet", ...args),
    workerAsProcess: (name, url) => waiting(asProcess(...ofWorker(name, url, ["--data", dataOf(name)]))),
    async [Symbol.asyncDispose]() {
      for (const { child } of processes) child.kill("SIGKILL");
      for (const running of started) running.signal("SIGTERM");
      await Promise.all([...processes, ...started].map(({ finished }) => finished));
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Every column of the ledger adds up, whatever happened. */
export function expectBalance({ ledger }: Summary): void {
  expect(ledger.started + ledger.dropped + ledger.unreported).toBe(ledger.planned);
  expect(ledger.provisioned + ledger.rejected + ledger.failed + ledger.aborted).toBe(ledger.started);
  expect(ledger.connected + ledger.refused + ledger.unreachable + ledger.uncalled).toBe(ledger.provisioned);
}

/** By seq: name, phase, and when it was due after its phase's start. */
export async function devicesOf(run: string): Promise<ReadonlyMap<number, string>> {
  const devices = new Map<number, string>();
  for (const { path } of (await openRunFolder(run)).journals) {
    const starts = new Map<number, number>();
    for await (const line of readJournal(path)) {
      if (line.kind === "phase") starts.set(line.phase, line.startedAt);
      if (line.kind !== "outcome") continue;
      const { seq, name, phase, intended } = line.outcome;
      devices.set(seq, `${name} in phase ${phase} after ${intended - (starts.get(phase) ?? NaN)} us`);
    }
  }
  return devices;
}
