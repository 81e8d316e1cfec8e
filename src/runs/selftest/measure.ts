import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome } from "../../model/outcome.ts";
import type { Summary } from "../../model/summary.ts";
import { readJournal } from "../../record/journal.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { DEFAULT_PROFILE, type SimulatorOptions } from "../../simulator/options.ts";
import type { SimulatorAccount } from "../simulation/embedded-simulator.ts";
import type { Children, World } from "../world.ts";
import { loadScenarioFile, newRunId } from "../aim/load-scenario.ts";
import { openTemporaryFolder } from "../machine/temporary-folder.ts";
import { runOnce } from "../series/series.ts";

/** One run against a server of which the truth is known. */
export interface Experiment {
  readonly simulator: SimulatorOptions;
  /** Devices a second, at even distances. */
  readonly rate: number;
  readonly devices: number;
  /** Devices before them that are not measured; default none. */
  readonly warmup?: number;
  /** Time-out of an answer; default 10. */
  readonly answerSeconds?: number;
  /** Who stands still for 2 s in the middle: the generator's event loop, or the server's whole process. */
  readonly freeze?: "generator" | "server";
}

export interface Measurement {
  readonly summary: Summary;
  /** Outcomes of the measured devices. */
  readonly outcomes: readonly Outcome[];
  /** What the server says of itself; its service times are those of the measured devices. */
  readonly server: SimulatorAccount;
}

/** Into the load, which is longer, even if the generator takes a while to start. */
const FREEZE_AFTER_MS = 3_000;
const FREEZE_MS = 2_000;
export const FREEZE_SECONDS = FREEZE_MS / 1_000;

export async function measure(world: World, experiment: Experiment): Promise<Measurement> {
  using temporary = openTemporaryFolder("selftest");
  const folder = temporary.path;
  using simulator = await world.children.startSimulator({ ...experiment.simulator, keepServiceTimes: true });
  const file = join(folder, "selftest.yaml");
  await writeFile(file, scenarioOf(experiment, simulator.ports.mqtt));
  const env = { SELFTEST_SECRET: DEFAULT_PROFILE.secret };
  const { plan } = await loadScenarioFile(file, [], newRunId(), { env });
  const aimed = { plan, warnings: [], simulator, tenants: [], settle: 0, [Symbol.dispose]: () => undefined };
  const { name, summary } = await runOnce(world, aimed, folder, {
    onGenerators(generators) {
      if (experiment.freeze === "generator") setTimeout(() => generators.block(FREEZE_MS), FREEZE_AFTER_MS);
      if (experiment.freeze === "server")
        setTimeout(() => stopFor(world.children, FREEZE_MS, simulator.pid), FREEZE_AFTER_MS);
    },
  });
  const measured = plan.phases.findIndex(({ warmup }) => !warmup);
  const outcomes = (await outcomesOf(join(folder, name))).filter(({ phase }) => phase === measured);
  const account = await simulator.account();
  // Nothing of a phase is answered after the next has begun.
  const server = { ...account, serviceTimes: account.serviceTimes.slice(experiment.warmup ?? 0) };
  return { summary, outcomes, server };
}

/** What a server that is stopped does not do: read, answer, accept. Its kernel still takes what comes. */
function stopFor(children: Children, ms: number, pid: number | undefined): void {
  if (pid === undefined) return;
  children.signal(pid, "SIGSTOP");
  setTimeout(() => children.signal(pid, "SIGCONT"), ms);
}

function scenarioOf({ rate, devices, warmup = 0, answerSeconds = 10 }: Experiment, port: number): string {
  return JSON.stringify({
    name: "selftest",
    target: { port },
    provisioning: { key: DEFAULT_PROFILE.key, secret: "${SELFTEST_SECRET}" },
    fleet: { count: warmup + devices },
    load: [
      ...(warmup === 0 ? [] : [{ name: "warm-up", warmup: true, closed: { concurrency: 10 }, devices: warmup }]),
      { name: "measured", constant: { rate }, devices },
    ],
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
