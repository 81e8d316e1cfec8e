import { availableParallelism } from "node:os";
import { leastDevicesOf } from "../../model/devices-of.ts";
import { measuredOn } from "../../model/calibration.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import type { MeteredRun, OpenMetrics } from "../../metrics/open-metrics.ts";
import type { Plan } from "../../model/plan.ts";
import type { RunLabels } from "../../model/labels.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { writeCalibration } from "../../record/calibration-file.ts";
import { writeRunLabels } from "../../record/labels-file.ts";
import { checkResultsFolder } from "../../record/results-folder.ts";
import { writeBrakeRecord } from "../../record/brake-file.ts";
import { createBrake } from "../../summary/brake.ts";
import { createLiveFigures } from "../../summary/live.ts";
import { stopInWords } from "../../summary/verdict.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";
import type { Crew, CrewStart } from "../../workers/crew/crew.ts";
import { type GeneratorPool, startGenerators } from "../../workers/pool.ts";
import { calibrationFolder, createCalibrationStore } from "../calibration/calibration-store.ts";
import { writeMembers } from "../../record/write-members.ts";
import { fetchResults } from "../crew/fetch-results.ts";
import type { JoinedCrew } from "../crew/join-crew.ts";
import { generatorsOf } from "../preflight/demand.ts";
import { checkMachine } from "../preflight/check-machine.ts";
import { machineFacts } from "../machine/machine-facts.ts";
import { createRunFolder } from "../results/find-run.ts";
import { type CarriedOut, withBackground } from "./make-background.ts";
import { openEvents } from "./run-events.ts";
import { watchServer } from "../reconcile/server-watch.ts";
import { afterLoad } from "./results-lost.ts";
import { capital } from "../../writing/notation.ts";
import { type Showing, showResults } from "../results/show-results.ts";
import { CONTINUE, createTempoControl, type TempoKey, type TempoReply } from "../under-way/tempo-control.ts";
import { besideView, type WatchPage } from "../under-way/watch-page.ts";
import { prepareWatch, type RunWatch } from "../under-way/watch-run.ts";
import type { Aimed } from "../aim/aimed.ts";
import { dateOf, type Voice, type World } from "../world.ts";

export interface RunSetting {
  /** Folder of all results. */
  readonly results: string;
  readonly quiet: boolean;
  /** What is said of the run; undefined: nothing. */
  readonly labels?: RunLabels | undefined;
  /** On which the run is watched; undefined: none. */
  readonly page?: WatchPage | undefined;
  /** See ViewSetting. */
  readonly heading?: string;
  /** With which it is shown to others while it lasts; undefined: nothing is, and nothing is loaded for it. */
  readonly metrics?: OpenMetrics | undefined;
  /** Each worker aims at a simulator of its own, whose time is nothing. */
  readonly responders?: boolean;
  /** Whether the scenario's commands may be run; undefined: this run is not for them. */
  readonly commands?: boolean | undefined;
  /** Called when all is checked and nothing has been sent yet. */
  readonly beforeLoad?: () => Promise<void>;
  /** Called once, when the generators have been started. */
  readonly onGenerators?: (generators: GeneratorPool) => void;
}

const FRAME_MS = 1_000;

/** From a plan to its report. Gives the exit code. */
export async function executeRun(world: World, aimed: Aimed, setting: RunSetting & Showing): Promise<ExitCode> {
  const { folder, ends } = await carryOut(world, aimed, setting);
  return afterLoad(folder, aimed.plan, async () => {
    const exitCode = await showResults(world.voice, folder, ends, setting);
    await setting.page?.end(folder);
    return exitCode;
  });
}

/** From a plan to its journals, with its background made first where it has none yet. */
export async function carryOut(world: World, given: Aimed, setting: RunSetting): Promise<CarriedOut> {
  const { results, labels } = setting;
  const aimed = await withBackground(world, given, (first) =>
    carryOutLoad(world, first, { results, labels, quiet: true }),
  );
  return carryOutLoad(world, aimed, setting);
}

/** Preflight, folder, generators under watch. */
async function carryOutLoad(world: World, aimed: Aimed, setting: RunSetting): Promise<CarriedOut> {
  const { voice } = world;
  const simulated = aimed.simulator !== undefined;
  for (const warning of aimed.warnings) voice.warn(`warning: ${warning}`);
  const metered = setting.metrics !== undefined;
  const joined = await crewOf(world, aimed, { simulated, metered, responders: setting.responders === true });
  let missing: readonly string[] = [];
  try {
    const plan = joined?.plan ?? resolveGenerators(aimed.plan, voice);
    if (joined === undefined) await checkMachine(world, plan, { simulated, otherWork: aimed.otherWork });
    await checkResultsFolder({ folder: setting.results, devices: leastDevicesOf(plan) });
    const metrics = await setting.metrics?.begin(plan, simulated);
    const { tenants, settle, simulator } = aimed;
    const watch = prepareWatch(world, aimed.watch);
    const server = tenants.length === 0 ? undefined : await watchServer(world, { tenants, plan, settle, simulator });
    const folder = await createRunFolder(setting.results, plan, dateOf(world.clock));
    await copyCalibration(world, folder, plan, joined?.crew);
    if (joined !== undefined) await writeMembers(folder, joined.crew.members);
    if (setting.labels !== undefined) await writeRunLabels(folder, setting.labels);
    await setting.beforeLoad?.();

    const watched = await watchGenerators(world, aimed, plan, folder, setting, joined?.crew, { metrics, watch });
    missing = watched.missing;
    if (watched.unwritten !== undefined) throw watched.unwritten;
    await server?.finish(folder);
    return { folder, ends: watched.ends };
  } finally {
    await joined?.leave(missing);
    world.machine.otherWork.begin();
  }
}

/** The client of NATS is loaded only where there is a bus. */
async function crewOf(
  world: World,
  { plan, bus }: Aimed,
  how: { readonly simulated: boolean; readonly metered: boolean; readonly responders: boolean },
): Promise<JoinedCrew | undefined> {
  if (bus === undefined) return undefined;
  const { joinCrew } = await import("../crew/join-crew.ts");
  return joinCrew(world, plan, bus, how);
}

/** The report is made from the folder alone, whatever is calibrated later. */
async function copyCalibration(world: World, folder: string, plan: Numbered, crew: Crew | undefined): Promise<void> {
  const { generators, target } = plan;
  const run = { machine: machineFacts(), node: world.machine.node, rollcall: ROLLCALL_VERSION, generators, target };
  const own = measuredOn(run, crew?.members);
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

type Watching = Pick<CrewStart, "time" | "onSnapshot" | "onClock" | "onGone" | "onNote">;

interface Watched {
  readonly ends: readonly GeneratorEnd[];
  /** Files of workers that could not be fetched. */
  readonly missing: readonly string[];
  /** Why the record of a threshold that stopped the run could not be written. */
  readonly unwritten: Error | undefined;
}

/** The parent only watches: it draws once a second and passes on what the user's signals mean. */
async function watchGenerators(
  world: World,
  aimed: Aimed,
  plan: Numbered,
  folder: string,
  setting: RunSetting,
  crew: Crew | undefined,
  { metrics, watch }: { readonly metrics: MeteredRun | undefined; readonly watch: RunWatch | undefined },
): Promise<Watched> {
  const simulated = aimed.simulator !== undefined;
  const shown = await world.voice.openView({ plan, folder, simulated, quiet: setting.quiet, heading: setting.heading });
  const view = setting.page === undefined ? shown : besideView(shown, setting.page);
  const machines = crew?.members.map(({ name, shards }) => ({ name, generators: shards }));
  const page = setting.page?.begin({
    plan,
    folder,
    machines,
    simulated,
    heading: setting.heading,
    drain: () => drain("on the live page"),
    abort: () => abort(),
    tempo: () => ({ ...control, press: pressOnPage }),
    fixed: fixedText(plan, setting),
  });
  const figures = createLiveFigures(plan, crew?.members);
  metrics?.tellTroubles((text) => view.note(text));
  await using _watch = watch?.begin(folder, (text) => view.note(text));
  const brake = createBrake(plan);
  await using events = openEvents(world, { plan, folder, allowed: setting.commands, note: (text) => view.note(text) });
  const watching: Watching = {
    time: world.clock,
    onSnapshot(snapshot) {
      figures.add(snapshot);
      metrics?.add(snapshot);
      brake.add(snapshot);
      events.begin(snapshot.at);
      page?.hear(snapshot);
    },
    onClock: (name, reading) => figures.addClock(name, reading),
    onGone(generator) {
      figures.lose(generator);
      metrics?.lose(generator);
    },
    onNote: (text) => view.note(text),
  };
  const pool =
    crew === undefined
      ? startGenerators({
          ...watching,
          count: plan.generators,
          spawn: world.children.spawnGenerator,
          init: { plan, folder, simulated, metered: metrics !== undefined },
        })
      : crew.start({ ...watching, folder, onLoss: aimed.bus?.onWorkerLoss ?? "go-on" });
  setting.onGenerators?.(pool);
  const control = createTempoControl({
    change(speed) {
      const changed = pool.changeTempo(speed);
      if (changed !== undefined) page?.changeTempo(changed);
      return changed;
    },
    note: (text) => view.note(text),
    ways: () => [
      ...(keys?.listening === true ? ["press p in the terminal"] : []),
      ...(page === undefined ? [] : [`press "${capital(CONTINUE)}" on the live page`]),
    ],
    show: (speed) => figures.setTempo(speed),
  });
  using _stops = world.listenForStops({
    drain: () => drain("by Ctrl-C"),
    abort: () => abort(),
    leave() {
      view.close();
      pool.kill();
      aimed[Symbol.dispose]();
      world.leave(EXIT.interrupted);
    },
  });
  function drain(how: string): void {
    const again = how === "by Ctrl-C" ? "Ctrl-C again stops at once." : `Asked for ${how}.`;
    view.note(`Stopping: no new arrivals, then the roll is called. ${again}`);
    pool.drain();
  }
  function pressOnPage(key: TempoKey): TempoReply {
    const reply = control.press(key);
    if (reply.done) view.note("Asked for on the live page.");
    return reply;
  }
  function abort(): void {
    view.note("Aborting: writing the results of what there is.");
    pool.abort();
  }
  using keys =
    hasOpenLoad(plan) && !setting.quiet && setting.heading === undefined
      ? world.listenForKeys((key) => void control.press(key))
      : undefined;
  if (keys?.listening === true) view.note("p pauses the load and continues it; + and - change its rate");
  void aimed.simulator?.died.then((how) => view.note(`The simulator died: ${how}.`));
  // Whoever started the run sees at once that it is under way.
  view.update(figures.read());
  let stopped: Promise<Error | undefined> | undefined;
  const stopIfTripped = (): void => {
    const trip = stopped === undefined ? brake.check() : undefined;
    if (trip === undefined) return;
    view.note(`Stopping: ${stopInWords(trip)}. No new arrivals, then the roll is called.`);
    pool.drain();
    // Kept at once: whatever happens next, the report is to say why the run ended.
    stopped = writeBrakeRecord(folder, trip).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  };
  const frames = setInterval(() => {
    view.update(figures.read());
    stopIfTripped();
  }, FRAME_MS);
  try {
    const ends = await pool.done;
    const { bus } = aimed;
    const note = (text: string): void => view.note(text);
    const missing =
      crew === undefined || bus === undefined ? [] : await fetchResults(world, crew, { folder, bus, note });
    return { ends, missing, unwritten: await stopped };
  } finally {
    clearInterval(frames);
    view.update(figures.read());
    view.close();
  }
}

/** Why the rate of this run is not to be changed; undefined: it may be. */
function fixedText(plan: Plan, { heading }: Pick<RunSetting, "heading">): string | undefined {
  if (!hasOpenLoad(plan)) return "Closed load has no rate: the next device starts when one has ended.";
  return heading === undefined ? undefined : "One of several runs keeps its rate: it is held against the others.";
}

const hasOpenLoad = ({ phases }: Plan): boolean => phases.some(({ shape }) => shape.kind !== "closed");
