import { join } from "node:path";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { type Running, rollcall, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** A folder with a scenario, and workers that are gone after the test. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly results: string;
  /** The scenario's options come after `plan`. */
  run(...args: readonly string[]): Running;
  worker(name: string, url: string, ...args: readonly string[]): Promise<Running>;
  readonly dataOf: (name: string) => string;
}

export async function openPlace(simulator: Pick<Simulator, "port">, plan: readonly string[]): Promise<Place> {
  const folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const results = join(folder.path, "results");
  const sets = plan.flatMap((set) => ["--set", set]);
  const aim = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", results, "--quiet"];
  const started: Running[] = [];
  const dataOf = (name: string): string => join(folder.path, `data-${name}`);
  return {
    folder: folder.path,
    results,
    dataOf,
    run(...args) {
      const running = rollcall("run", scenario, ...sets, ...aim, ...args);
      started.push(running);
      return running;
    },
    async worker(name, url, ...args) {
      const running = rollcall("worker", "--bus", url, "--name", name, "--data", dataOf(name), ...args);
      started.push(running);
      await running.shows("waiting for a run");
      return running;
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of started) child.kill("SIGKILL");
      await Promise.all(started.map(({ finished }) => finished));
      await folder[Symbol.asyncDispose]();
    },
  };
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
