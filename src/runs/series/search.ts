import { availableParallelism } from "node:os";
import type { TypedMetrics } from "../../metrics/metrics-setting.ts";
import { basename, resolve } from "node:path";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { targetsOf, urlsOfPlan } from "../../model/target.ts";
import { requireFolder, requireWritable } from "../../record/results-folder.ts";
import type { SearchState } from "../../record/series-files.ts";
import { renderHtml, type SearchFacts } from "../../search/html.ts";
import { renderJunit } from "../../search/junit.ts";
import { renderTrials, renderTrialsCsv, TRIAL_TITLES, trialText } from "../../search/render.ts";
import type { Bounds } from "../../search/trial.ts";
import { aim, type AimOptions } from "../aim/aim.ts";
import type { Aimed } from "../aim/aimed.ts";
import { askBeforeMany, placesOf } from "../run/ask-before-many.ts";
import { newRunId } from "../aim/load-scenario.ts";
import { type EndReportsAsked, readEndReports } from "../results/run-reports.ts";
import { compactTime } from "../results/find-run.ts";
import { openMetricsAsked } from "../under-way/metrics-asked.ts";
import { openWatchPage, type PageAsked } from "../under-way/watch-page.ts";
import { dateOf, type World } from "../world.ts";
import { type LabelsAsked, readLabelsAsked } from "../history/labels-asked.ts";
import { type Brakes, brakesOf, criteriaOf, searchOn, takeUpSearch } from "./search-trials.ts";
import { writeResult } from "../../record/write-result.ts";
import { jsonText } from "../../writing/json-text.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { shownPath } from "../../writing/shown-path.ts";

export const SEARCH_FORMATS = ["text", "json", "csv"] as const;

export interface SearchOptions extends AimOptions, EndReportsAsked, LabelsAsked, PageAsked, TypedMetrics {
  /** Rates, devices a second. */
  readonly start: number;
  readonly lowest: number;
  readonly highest: number;
  /** A share. */
  readonly resolution: number;
  readonly confirmations: number;
  /** Seconds. */
  readonly duration: number;
  /** Devices. */
  readonly warmUp: number;
  /** Seconds. */
  readonly coolDown: number;
  readonly mostTrials: number;
  readonly criterion: readonly string[];
  /** Folder of a search that was interrupted. */
  readonly resume: string | undefined;
  readonly format: (typeof SEARCH_FORMATS)[number];
  /** Do not ask before many devices are made. */
  readonly yes: boolean;
}

/** Finds the highest rate that the target keeps up with, and says it. Throws RollcallError. */
export async function search(world: World, options: SearchOptions): Promise<ExitCode> {
  const { voice } = world;
  const startedAt = dateOf(world.clock);
  await requireWritable(options.resume ?? options.out);
  const reports = await readEndReports(world, options, false);
  const labels = readLabelsAsked(options);
  await using metrics = await openMetricsAsked(world, options);
  const folder =
    options.resume === undefined
      ? resolve(options.out, `search-${compactTime(startedAt)}-${newRunId()}`)
      : resolve(options.resume);
  const own = options.criterion.length === 0 ? [] : [`thresholds=${JSON.stringify(options.criterion)}`];
  const {
    state: begun,
    brakes,
    on,
  } = options.resume === undefined ? await begin(world, options, own) : await takeUp(world, options, own, folder);
  await requireFolder(folder);
  voice.warn(`Trials go to ${shownPath(folder, world.folder)}; Ctrl-C ends them, --resume with that folder goes on.`);
  voice.warn(`Criteria: ${begun.setting.criteria.join(", ")}, and 97 % of the rate provisioned in time.`);
  voice.warn(TRIAL_TITLES);
  await using page = await openWatchPage(world, options);
  const { state, bounds } = await searchOn(
    world,
    begun,
    folder,
    brakes,
    (overrides) =>
      aim(world, options, byWorkers(options) ? overrides.filter((each) => !SETS_GENERATORS.test(each)) : overrides),
    (trial, why) => voice.warn(trialText(trial, why)),
    { labels, page, metrics },
  );
  if (bounds === undefined) {
    voice.warn(`Interrupted: the same command with --resume ${shownPath(folder, world.folder)} goes on.`);
    return EXIT.interrupted;
  }
  const texts = {
    text: renderTrials(state.trials, bounds, voice.display()),
    json: `${jsonText({ version: 1, bounds, trials: state.trials }, 2)}\n`,
    csv: renderTrialsCsv(state.trials),
  };
  await writeResult(folder, "result.json", texts.json);
  await writeResult(folder, "trials.csv", texts.csv);
  await voice.say(texts[options.format]);
  if (reports !== undefined) {
    const facts: SearchFacts = { ...on, criteria: begun.setting.criteria };
    const files = await reports.write({
      folder,
      name: "search",
      names: { run: basename(folder), scenario: facts.scenario },
      render: {
        html: () => renderHtml(state.trials, bounds, facts),
        junit: () => renderJunit(state.trials, bounds, { target: facts.target, startedAt: startedAt.toISOString() }),
        json: () => texts.json,
      },
    });
    for (const file of files) voice.warn(`Written: ${file}`);
  }
  return exitCodeOf(bounds);
}

const SETS_GENERATORS = /^generators=/;

/** Each worker has as many generators as its cores allow, or as it was told to: no trial can have more. */
function byWorkers({ bus, generators }: SearchOptions): boolean {
  return bus !== undefined && generators === undefined;
}

/** How many the first trial has, and how many one may have. */
function generatorsFor(options: SearchOptions): readonly [number, number] {
  const { bus, workers = 1, generatorsPerWorker = 1, generators } = options;
  if (bus !== undefined) {
    const all = generators ?? workers * generatorsPerWorker;
    return [all, all];
  }
  const cores = availableParallelism();
  const first = generators ?? Math.max(1, cores - 1);
  return [first, Math.max(first, cores)];
}

/** What a page says it was done on. A simulator of each trial has a port of its own, which says nothing. */
function searchedOn({ plan, simulator }: Aimed): Begun["on"] {
  const simulated = simulator !== undefined;
  return { scenario: plan.name, target: simulated ? "the simulator" : urlsOfPlan(plan), simulated };
}

interface Begun {
  readonly state: SearchState;
  readonly brakes: Brakes;
  readonly on: Omit<SearchFacts, "criteria">;
}

async function takeUp(world: World, options: SearchOptions, own: readonly string[], folder: string): Promise<Begun> {
  using draft = await aim(world, options, own);
  const state = await takeUpSearch(folder, options.scenario, draft.plan.hash);
  await agreeOn(world, draft, state, options.yes);
  return { state, brakes: brakesOf(draft.plan), on: searchedOn(draft) };
}

async function begin(world: World, options: SearchOptions, own: readonly string[]): Promise<Begun> {
  const positive = [
    options.start,
    options.lowest,
    options.highest,
    options.resolution,
    options.confirmations,
    options.duration,
  ];
  if (positive.some((value) => !(value > 0)) || !(options.warmUp >= 0) || !(options.coolDown >= 0)) {
    throw new RollcallError("usage", "Rates, times and counts are numbers above 0.", "See rollcall search --help.");
  }
  if (options.lowest > options.start || options.start > options.highest) {
    throw new RollcallError("usage", "--start is not between --lowest and --highest.", "Give it a rate in between.");
  }
  // Aimed once, so that the scenario's mistakes and its thresholds are known before the first trial.
  using draft = await aim(world, options, own);
  const [generators, mostGenerators] = generatorsFor(options);
  const state: SearchState = {
    version: 1,
    scenario: options.scenario,
    planHash: draft.plan.hash,
    policy: {
      start: options.start,
      lowest: options.lowest,
      highest: options.highest,
      resolution: options.resolution,
      confirmations: options.confirmations,
      generators,
      mostGenerators,
      mostTrials: options.mostTrials,
    },
    setting: {
      duration: options.duration,
      warmup: options.warmUp,
      coolDown: options.coolDown,
      criteria: criteriaOf(draft.plan),
    },
    trials: [],
  };
  await agreeOn(world, draft, state, options.yes);
  return { state, brakes: brakesOf(draft.plan), on: searchedOn(draft) };
}

/** No trial may exceed the scenario's ceiling, and a user agrees to all of them. Throws RollcallError. */
async function agreeOn(world: World, { plan, simulator }: Aimed, state: SearchState, yes: boolean): Promise<void> {
  const { policy, setting, trials } = state;
  const most = Math.ceil(policy.highest * setting.duration) + setting.warmup;
  if (plan.maxDevices !== undefined && most > plan.maxDevices) {
    throw new RollcallError(
      "usage",
      `maxDevices is ${formatCount(plan.maxDevices)}, and a trial of --highest ${policy.highest} a second for --duration ${setting.duration} s makes ${quantity(most, "device")}.`,
      "Lower --highest, --duration or --warm-up, or raise maxDevices.",
    );
  }
  await askBeforeMany(world, {
    devices: most * Math.max(0, policy.mostTrials - trials.length),
    places: targetsOf(plan).flatMap(placesOf),
    simulated: simulator !== undefined,
    atMost: true,
    yes,
  });
}

/** 0: a rate passed; 3: none did; 5: the generators were the limit; 6: the trials did not suffice. */
function exitCodeOf({ passes, ended }: Bounds): ExitCode {
  if (ended === "generator-limited") return EXIT.unhealthy;
  if (ended === "trials-used-up") return EXIT.undecided;
  return passes === null ? EXIT.threshold : EXIT.pass;
}
