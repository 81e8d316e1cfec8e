import { availableParallelism } from "node:os";
import { measuredOn } from "../../model/calibration.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { writeCalibration } from "../../record/calibration-file.ts";
import { checkResultsFolder } from "../../record/preflight.ts";
import { createLiveFigures } from "../../summary/live.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";
import { type GeneratorPool, startGenerators } from "../../workers/pool.ts";
import { createCalibrationStore } from "../machine/calibration-store.ts";
import { generatorsOf } from "../machine/demand.ts";
import { machineFacts } from "../machine/machine-facts.ts";
import { readLimits } from "../machine/limits.ts";
import { monotonic } from "../../processes/monotonic.ts";
import { warn } from "../../cli/output.ts";
import { preflight, preflightError } from "../machine/preflight.ts";
import { processEntry } from "../../processes/process-entry.ts";
import { createRunFolder } from "./run-folder.ts";
import { watchServer } from "../server/server-watch.ts";
import { showResults } from "./show-results.ts";
import type { Aimed } from "../aim/simulation.ts";
import { listenForStops } from "./stop-signals.ts";
import { openView } from "../../cli/view.ts";

export interface RunSetting {
  /** Folder of all results. */
  readonly results: string;
  readonly quiet: boolean;
  /** See ViewSetting. */
  readonly heading?: string;
  /** Called when all is checked and nothing has been sent yet. */
  readonly beforeLoad?: () => Promise<void>;
  /** Called once, when the generators have been started. */
  readonly onGenerators?: (generators: GeneratorPool) => void;
}

const FRAME_MS = 1_000;

/** From a plan to its report. Gives the exit code. */
export async function executeRun(aimed: Aimed, setting: RunSetting): Promise<ExitCode> {
  const { folder, ends } = await carryOut(aimed, setting);
  return showResults(folder, ends);
}

interface CarriedOut {
  readonly folder: string;
  readonly ends: readonly GeneratorEnd[];
}

/** From a plan to its journals: preflight, folder, generators under watch. */
export async function carryOut(aimed: Aimed, setting: RunSetting): Promise<CarriedOut> {
  const plan = resolveGenerators(aimed.plan);
  const simulated = aimed.simulator !== undefined;
  for (const warning of aimed.warnings) warn(`warning: ${warning}`);
  await checkMachine(plan, simulated);
  const devices = plan.phases.reduce((sum, phase) => sum + phase.devices, 0);
  await checkResultsFolder({ folder: setting.results, devices });
  const server = aimed.admin === undefined ? undefined : await watchServer(aimed.admin, plan);
  const folder = await createRunFolder(setting.results, plan, new Date());
  await copyCalibration(folder, plan);
  await setting.beforeLoad?.();

  const ends = await watchGenerators(aimed, plan, folder, setting);
  await server?.finish(folder);
  return { folder, ends };
}

/** The report is made from the folder alone, whatever is calibrated later. */
async function copyCalibration(folder: string, plan: Numbered): Promise<void> {
  const own = measuredOn({
    machine: machineFacts(),
    node: process.version,
    rollcall: ROLLCALL_VERSION,
    generators: plan.generators,
  });
  const calibration = await createCalibrationStore().find(plan.hash, own);
  if (calibration !== undefined) await writeCalibration(folder, calibration);
}

type Numbered = Plan & { readonly generators: number };

function resolveGenerators(plan: Plan): Numbered {
  const generators = generatorsOf(plan, availableParallelism());
  if (typeof plan.generators === "number" && plan.generators > generators) {
    warn(`warning: ${generators} generators instead of ${plan.generators}: there is not more to share out among them.`);
  }
  return { ...plan, generators };
}

async function checkMachine(plan: Numbered, simulated: boolean): Promise<void> {
  const findings = preflight(plan, { generators: plan.generators, simulated }, await readLimits());
  const error = preflightError(findings);
  if (error !== undefined) throw error;
  for (const { message, hint } of findings) warn(`warning: ${message} ${hint}`);
}

/** The parent only watches: it draws once a second and passes on what the user's signals mean. */
async function watchGenerators(
  aimed: Aimed,
  plan: Numbered,
  folder: string,
  setting: RunSetting,
): Promise<readonly GeneratorEnd[]> {
  const simulated = aimed.simulator !== undefined;
  const view = openView({ plan, folder, simulated, quiet: setting.quiet, heading: setting.heading });
  const figures = createLiveFigures(plan);
  const pool = startGenerators({
    count: plan.generators,
    entry: processEntry("generator-process"),
    init: { plan, folder, simulated },
    time: { monotonic, wall: () => Date.now() },
    onSnapshot: (snapshot) => figures.add(snapshot),
    onNote: (text) => view.note(text),
  });
  setting.onGenerators?.(pool);
  using _stops = listenForStops({
    drain() {
      view.note("Stopping: no new arrivals, then the roll is called. Ctrl-C again stops at once.");
      pool.drain();
    },
    abort() {
      view.note("Aborting: writing the results of what there is.");
      pool.abort();
    },
    leave() {
      view.close();
      pool.kill();
      aimed[Symbol.dispose]();
      process.exit(EXIT.interrupted);
    },
  });
  void aimed.simulator?.died.then((how) => view.note(`The simulator died: ${how}.`));
  const frames = setInterval(() => view.update(figures.read()), FRAME_MS);
  try {
    return await pool.done;
  } finally {
    clearInterval(frames);
    view.update(figures.read());
    view.close();
  }
}
