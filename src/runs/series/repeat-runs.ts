import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { formatMs, formatPercent, formatRate } from "../../writing/notation.ts";
import { quantileOf } from "../../model/figures.ts";
import type { RunLabels } from "../../model/labels.ts";
import type { Summary } from "../../model/summary.ts";
import { type RepeatState, type Side, writeRepeat } from "../../record/series-files.ts";
import { stopInWords } from "../../summary/verdict.ts";
import { nextSide } from "./repeat-state.ts";
import { coolDown, listenForEnd, runOnce, withoutWarnings } from "./series.ts";
import type { EndReports } from "../results/run-reports.ts";
import type { RunSetting } from "../run/execute-run.ts";
import type { WatchPage } from "../under-way/watch-page.ts";
import type { Aimed } from "../aim/aimed.ts";
import type { Voice, World } from "../world.ts";

/** Void runs in a row after which the machine is not going to measure anything today. */
const MOST_VOID = 3;

export interface Repetition {
  /** Holds a folder for each run, and repeat.json. */
  readonly folder: string;
  readonly begun: RepeatState;
  /** Seconds between two runs. */
  readonly coolDown: number;
  readonly aimAt: (side: Side) => Promise<Aimed>;
  /** Takes the line of each run; default: said. */
  readonly tell?: (line: string) => void | Promise<void>;
  /** Called once, when the scenario has proved to be a good one, and before the first run. */
  readonly beforeFirst?: (aimed: Aimed) => Promise<void>;
  /** Written after each run. */
  readonly reports?: EndReports | undefined;
  /** What is said of each run. */
  readonly labels?: RunLabels | undefined;
  /** On which they are watched. */
  readonly page?: WatchPage | undefined;
  /** As in RunSetting. */
  readonly commands?: boolean | undefined;
  /** With which they are shown to others. */
  readonly metrics?: RunSetting["metrics"];
}

/** Makes the runs that are left, a line each; every run is kept before the next begins. A number: it ended early with that exit code. */
export async function repeatRuns(
  world: World,
  { folder, begun, coolDown: seconds, aimAt, tell = world.voice.say, beforeFirst, ...watch }: Repetition,
): Promise<RepeatState | ExitCode> {
  using end = listenForEnd(world);
  let state = begun;
  let voids = 0;
  let first = true;
  for (let side = nextSide(state); side !== undefined; side = nextSide(state)) {
    using aimed = await aimAt(side);
    const { hash } = aimed.plan;
    if (state.planHash !== undefined && state.planHash !== hash) {
      throw new RollcallError("plan-changed", "The scenario is not that of the runs before.", "Begin anew.");
    }
    if (first) await beforeFirst?.(aimed);
    const place = `${state.runs.length + 1}/${state.times * state.targets.length}`;
    const { name, summary } = await runOnce(world, first ? aimed : withoutWarnings(aimed), folder, {
      ...watch,
      heading: `Run ${place}: ${side}`,
    });
    first = false;
    await tell(`${place}  ${side}  ${lineOf(summary)}`);
    const stopped = stopOf(world.voice, summary, voids);
    if (stopped !== undefined) return stopped;
    if (summary.validity.grade === "void") {
      voids += 1;
    } else {
      voids = 0;
      state = { ...state, planHash: hash, runs: [...state.runs, { side, folder: name }] };
      await writeRepeat(folder, state);
    }
    const more = nextSide(state) !== undefined;
    if (more) await coolDown(world.clock, seconds, end.asked);
    if (more && end.asked.aborted) return EXIT.interrupted;
  }
  return state;
}

/** Why no further run is made; undefined: on. */
function stopOf({ warn }: Voice, { run, ledger, validity, machines }: Summary, voids: number): ExitCode | undefined {
  if (run.stoppedBy !== undefined) {
    warn(
      `Run ${run.id} was stopped by its threshold ${stopInWords(run.stoppedBy)}: it is not counted, and no other is made.`,
    );
    return EXIT.threshold;
  }
  if (run.state === "interrupted") return EXIT.interrupted;
  if (run.state === "crashed") {
    warn(`A generator died in run ${run.id}: it is not counted.`);
    return EXIT.unhealthy;
  }
  if (ledger.provisioned === 0) {
    warn(`Not one device was provisioned in run ${run.id}: it is not counted, and no other is made.`);
    return EXIT.rollCall;
  }
  if (validity.grade === "void" && voids + 1 >= MOST_VOID) {
    warn(
      `${MOST_VOID} runs in a row were void: ${machines === undefined ? "this machine" : "the workers"} cannot make the load now.`,
    );
    return EXIT.unhealthy;
  }
  return undefined;
}

function lineOf({ run, measured, validity, verdict }: Summary): string {
  const at = (q: number) => quantileOf(measured.latencies.roundTrip.withTimeouts, q)?.value;
  const ms = (value: number | null | undefined) =>
    value === null || value === undefined ? "-" : `${formatMs(value)} ms`;
  return [
    run.id,
    `p50 ${ms(at(0.5))}`,
    `p99 ${ms(at(0.99))}`,
    `${measured.provisionedRate === null ? "-" : formatRate(measured.provisionedRate)}/s`,
    `failures ${measured.failureRate === null ? "-" : formatPercent(measured.failureRate)}`,
    `${validity.grade}${validity.grade === "void" ? ", will be made again" : verdict.passed ? "" : ", not passed"}`,
  ].join("  ");
}
