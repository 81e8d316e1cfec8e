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
import { calibrationFolder, createCalibrationStore } from "../machine/calibration-store.ts";
import { generatorsOf } from "../machine/demand.ts";
import { machineFacts } from "../machine/machine-facts.ts";
import { readLimits } from "../machine/limits.ts";
import { preflight, preflightError } from "../machine/preflight.ts";
import { createRunFolder } from "./run-folder.ts";
import { watchServer } from "../server/server-watch.ts";
import { showResults } from "./show-results.ts";
import type { Aimed } from "../aim/aimed.ts";
import { dateOf, type Voice, type World } from "../world.ts";

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
export async function executeRun(world: World, aimed: Aimed, setting: RunSetting): Promise<ExitCode> {
  const { folder, ends } = await carryOut(world, aimed, setting);
  return showResults(world.voice, folder, ends);
}

interface CarriedOut {
  readonly folder: string;
  readonly ends: readonly GeneratorEnd[];
}

/** From a plan to its journals: preflight, folder, generators under watch. */
export async function carryOut(world: World, aimed: Aimed, setting: RunSetting): Promise<CarriedOut> {
  const { voice } = world;
  const plan = resolveGenerators(aimed.plan, voice);
  const simulated = aimed.simulator !== undefined;
  for (const warning of aimed.warnings) voice.warn(`warning: ${warning}`);
  await checkMachine(world, plan, simulated);
  const devices = plan.phases.reduce((sum, phase) => sum + phase.devices, 0);
  await checkResultsFolder({ folder: setting.results, devices });
  const server = aimed.admin === undefined ? undefined : await watchServer(world, aimed.admin, plan);
  const folder = await createRunFolder(setting.results, plan, dateOf(world.clock));
  await copyCalibration(world, folder, plan);
  await setting.beforeLoad?.();

  const ends = await watchGenerators(world, aimed, plan, folder, setting);
  await server?.finish(folder);
  return { folder, ends };
}

/** The report is made from the folder alone, whatever is calibrated later. */
async function copyCalibration(world: World, folder: string, plan: Numbered): Promise<void> {
  const own = measuredOn({
    machine: machineFacts(),
    node: world.machine.node,
    rollcall: ROLLCALL_VERSION,
    generators: plan.generators,
  });
  const calibration = await createCalibrationStore(calibrationFolder(world)).find(plan.hash, own);
  if (calibration !== undefined) await writeCalibration(folder, calibration);
}

type Numbered = Plan & { readonly generators: number };

function resolveGenerators(plan: Plan, voice: Voice): Numbered {
  const generators = generatorsOf(plan, availableParallelism());
  if (typeof plan.generators === "number" && plan.generators > generators) {
    voice.warn(
      `warning: ${generators} generators instead of ${plan.generators}: there is not more to share out among them.`,
    );
  }
  return { ...plan, generators };
}

async function checkMachine({ voice, machine }: World, plan: Numbered, simulated: boolean): Promise<void> {
  const findings = preflight(plan, { generators: plan.generators, simulated }, await readLimits(machine.memory()));
  const error = preflightError(findings);
  if (error !== undefined) throw error;
  for (const { message, hint } of findings) voice.warn(`warning: ${message} ${hint}`);
}

/** The parent only watches: it draws once a second and passes on what the user's signals mean. */
async function watchGenerators(
  world: World,
  aimed: Aimed,
  plan: Numbered,
  folder: string,
  setting: RunSetting,
): Promise<readonly GeneratorEnd[]> {
  const simulated = aimed.simulator !== undefined;
  const view = world.voice.openView({ plan, folder, simulated, quiet: setting.quiet, heading: setting.heading });
  const figures = createLiveFigures(plan);
  const pool = startGenerators({
    count: plan.generators,
    entry: world.children.generator,
    init: { plan, folder, simulated },
    time: world.clock,
    onSnapshot: (snapshot) => figures.add(snapshot),
    onNote: (text) => view.note(text),
  });
  setting.onGenerators?.(pool);
  using _stops = world.listenForStops({
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
      world.leave(EXIT.interrupted);
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
