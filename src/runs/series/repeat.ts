import { resolve } from "node:path";
import { devicesAreCeiling, mostMadeBy } from "../../model/devices-of.ts";
import { EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import { targetsOf } from "../../model/target.ts";
import type { TypedMetrics } from "../../metrics/metrics-setting.ts";
import { requireFolder, requireWritable } from "../../record/results-folder.ts";
import { readRepeat, type RepeatState } from "../../record/series-files.ts";
import { aim, type AimOptions } from "../aim/aim.ts";
import { askBeforeMany, placesOf } from "../run/ask-before-many.ts";
import { valueAt } from "../../scenario/secret-paths.ts";
import { requireAllowed } from "../run/run-events.ts";
import { newRunId, overridesOf, peekScenario, placeOverrides } from "../aim/load-scenario.ts";
import { targetElsewhere } from "../aim/places.ts";
import { type EndReportsAsked, readEndReports } from "../results/run-reports.ts";
import { compactTime } from "../results/find-run.ts";
import { openMetricsAsked } from "../under-way/metrics-asked.ts";
import { openWatchPage, type PageAsked } from "../under-way/watch-page.ts";
import { dateOf, type World } from "../world.ts";
import { type LabelsAsked, readLabelsAsked } from "../history/labels-asked.ts";
import { failedRuns, warnOfFewRuns } from "./failed-runs.ts";
import { repeatRuns } from "./repeat-runs.ts";
import { checkSame } from "./repeat-state.ts";
import { asTyped } from "../../writing/typed-command.ts";
import { shownPath } from "../../writing/shown-path.ts";

export interface RepeatOptions extends AimOptions, EndReportsAsked, LabelsAsked, PageAsked, TypedMetrics {
  readonly times: number;
  /** host:port of a second target. */
  readonly against: string | undefined;
  /** Seconds. */
  readonly coolDown: number;
  /** Folder of a repeat that was interrupted. */
  readonly resume: string | undefined;
  /** Do not ask before many devices are made. */
  readonly yes: boolean;
  /** The scenario's events may run their commands. */
  readonly allowCommands: boolean;
}

/** Runs a scenario several times, against one target or two in turn. Throws RollcallError. */
export async function repeat(world: World, options: RepeatOptions): Promise<ExitCode> {
  const { voice } = world;
  await requireWritable(options.resume ?? options.out);
  const reports = await readEndReports(world, options, true);
  const labels = readLabelsAsked(options);
  const against = options.against === undefined ? [] : await addressOf(world, options, options.against);
  const begun: RepeatState = {
    version: 1,
    scenario: options.scenario,
    planHash: undefined,
    targets: options.against === undefined ? ["own"] : ["own", options.against],
    times: options.times,
    runs: [],
  };
  await using metrics = await openMetricsAsked(world, options);
  await using page = await openWatchPage(world, options);
  warnOfFewRuns(voice, options.times);
  const folder = options.resume === undefined ? newFolder(world, options.out) : resolve(options.resume);
  const state = options.resume === undefined ? begun : checkSame(folder, await readRepeat(folder), begun);
  const ended = await repeatRuns(world, {
    folder,
    begun: state,
    coolDown: options.coolDown,
    reports,
    labels,
    page,
    commands: options.allowCommands,
    metrics,
    aimAt: (side) => aim(world, options, side === "candidate" ? against : []),
    async beforeFirst({ plan, simulator }) {
      requireAllowed(plan, options.allowCommands);
      const { host, port } = options.against === undefined ? {} : hostAndPort(options.against);
      const there = { host, port: plan.groups === undefined ? port : undefined };
      const other = host === undefined ? [] : targetsOf(plan).map((target) => targetElsewhere(target, there));
      await askBeforeMany(world, {
        devices: mostMadeBy(plan) * (state.times * state.targets.length - state.runs.length),
        atMost: devicesAreCeiling(plan),
        places: [...targetsOf(plan), ...other].flatMap(placesOf),
        simulated: simulator !== undefined,
        yes: options.yes,
      });
      await requireFolder(folder);
      voice.warn(`Runs go to ${shownPath(folder, world.folder)}; Ctrl-C ends them, --resume with that folder goes on.`);
    },
  });
  if (typeof ended === "number") {
    if (ended === EXIT.interrupted) {
      voice.warn(`Interrupted: the same command with --resume ${shownPath(folder, world.folder)} goes on.`);
    }
    return ended;
  }
  const failed = await failedRuns(folder, ended);
  for (const { name, headline } of failed) voice.warn(`${name}: ${headline}`);
  const next = compareCommand(shownPath(folder, world.folder), ended);
  await voice.say(asTyped(`\nCompare: ${next}`, voice.display().program));
  return worstExitCode(failed.map(({ exitCode }) => exitCode));
}

function newFolder({ clock }: World, results: string): string {
  return resolve(results, `repeat-${compactTime(dateOf(clock))}-${newRunId()}`);
}

/** As overrides. Of groups each goes to that host, those that have a port of their own to that port. Throws RollcallError "usage". */
async function addressOf({ variables }: World, options: RepeatOptions, text: string): Promise<readonly string[]> {
  const { host, port } = hostAndPort(text);
  const groups = await peekScenario(options.scenario, overridesOf(options), variables, ["fleet", "groups"]);
  const elsewhere = (Array.isArray(groups) ? groups : []).flatMap((group: unknown, index) =>
    valueAt(group, ["target", "host"]) === undefined
      ? []
      : [`fleet.groups[${index}].target.host=${JSON.stringify(host)}`],
  );
  return [...placeOverrides(host), `target.port=${port}`, ...elsewhere];
}

/** Throws RollcallError "usage". */
function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined) return { host, port: Number(port) };
  throw new RollcallError("usage", `--against ${text} is not host:port.`, "E.g. --against tb-next.example.com:1883.");
}

function compareCommand(name: string, { targets }: RepeatState): string {
  return targets.length === 2 ? `rollcall compare ${name}` : `rollcall compare ${name} -- <another repeat's folder>`;
}
