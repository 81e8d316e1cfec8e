import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../../model/outcome.ts";
import type { Summary } from "../../model/summary.ts";
import { readJournal } from "../../record/journal.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { DEFAULT_PROFILE, type SimulatorOptions } from "../../simulator/options.ts";
import { startEmbeddedSimulator } from "../embedded-simulator.ts";
import { loadScenarioFile, newRunId } from "../load-scenario.ts";
import { runOnce } from "../series.ts";

/** One run against a server of which the truth is known. */
export interface Experiment {
  readonly simulator: SimulatorOptions;
  /** Devices a second, at even distances. */
  readonly rate: number;
  readonly devices: number;
  /** Time-out of an answer; default 10. */
  readonly answerSeconds?: number;
  /** Who stands still for 2 s in the middle. */
  readonly freeze?: "generator" | "server";
}

export interface Measurement {
  readonly summary: Summary;
  readonly outcomes: readonly Outcome[];
}

/** Into the load, which is longer, even if the generator takes a while to start. */
const FREEZE_AFTER_MS = 3_000;
export const FREEZE_SECONDS = 2;

export async function measure(experiment: Experiment): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-selftest-"));
  try {
    using simulator = await startEmbeddedSimulator(experiment.simulator);
    const file = join(folder, "selftest.yaml");
    await writeFile(file, scenarioOf(experiment, simulator.ports.mqtt));
    const env = { SELFTEST_SECRET: DEFAULT_PROFILE.secret };
    const { plan } = await loadScenarioFile(file, [], newRunId(), { env });
    const aimed = { plan, warnings: [], simulator, admin: undefined, [Symbol.dispose]: () => undefined };
    const { name, summary } = await runOnce(aimed, folder, {
      onGenerators(pids) {
        if (experiment.freeze === "generator") for (const pid of pids) freeze(pid);
        if (experiment.freeze === "server" && simulator.pid !== undefined) freeze(simulator.pid);
      },
    });
    return { summary, outcomes: await outcomesOf(join(folder, name)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** To its own clocks a stopped process is one whose event loop is blocked. */
function freeze(pid: number): void {
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended: the run says so itself.
    }
  };
  setTimeout(() => signal("SIGSTOP"), FREEZE_AFTER_MS);
  setTimeout(() => signal("SIGCONT"), FREEZE_AFTER_MS + FREEZE_SECONDS * 1_000);
}

function scenarioOf({ rate, devices, answerSeconds = 10 }: Experiment, port: number): string {
  return JSON.stringify({
    name: "selftest",
    target: { port },
    provisioning: { key: DEFAULT_PROFILE.key, secret: "${SELFTEST_SECRET}" },
    fleet: { count: devices },
    load: { constant: { rate } },
    rollCall: "off",
    timeouts: { answer: `${answerSeconds}s` },
    generators: 1,
  });
}

async function outcomesOf(folder: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { path } of (await openRunFolder(folder)).journals) {
    for await (const line of readJournal(path)) if (line.kind === "outcome") outcomes.push(line.outcome);
  }
  return outcomes;
}
