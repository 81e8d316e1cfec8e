import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { secondsFromUs } from "../../model/units.ts";
import { judgeTrial } from "../../search/judge-trial.ts";
import { nextStep } from "../../search/next-step.ts";
import { readSearch, type SearchState, writeSearch } from "../../record/series-files.ts";
import { attemptText } from "../../search/render.ts";
import type { Bounds, Trial } from "../../search/trial.ts";
import { coolDown, listenForEnd, notResumable, runOnce, withoutWarnings } from "./series.ts";
import type { RunSetting } from "../run/execute-run.ts";
import type { Aimed } from "../aim/aimed.ts";
import type { World } from "../world.ts";

/** Throws RollcallError "not-resumable". */
export async function takeUpSearch(folder: string, scenario: string, planHash: string): Promise<SearchState> {
  const state = await readSearch(folder);
  if (state === undefined) throw notResumable(folder, "there is no search.json in it");
  if (state.scenario !== scenario) throw notResumable(folder, `it searches with ${state.scenario}, not ${scenario}`);
  if (state.planHash !== planHash)
    throw notResumable(folder, "the scenario, with these options, is another than it was");
  return state;
}

/** Those of the scenario, which speak of its phases, for the one phase of a trial. Throws RollcallError "no-criteria". */
export function criteriaOf(plan: Plan): readonly string[] {
  const criteria = plan.thresholds.map(({ text }) => criterionOf(text));
  if (criteria.length > 0) return [...new Set(criteria)];
  throw new RollcallError(
    "no-criteria",
    "The scenario has no thresholds, so that any rate would do.",
    "Add e.g. --criterion 'roundTrip.p99 < 500ms' --criterion 'failureRate < 1%'.",
  );
}

/** A trial has one phase: which one is meant needs not be said. */
function criterionOf(threshold: string): string {
  return threshold.replace(/^[^<>=!:]+:/, "");
}

/** Criteria that may stop a trial, with the seconds that pass before. */
export type Brakes = ReadonlyMap<string, number>;

/** Those of the scenario: a load that is known to fail need not be borne to its end. */
export function brakesOf({ thresholds }: Pick<Plan, "thresholds">): Brakes {
  return new Map(
    thresholds.flatMap(({ text, abort }) =>
      abort === undefined ? [] : [[criterionOf(text), secondsFromUs(abort.delay)] as const],
    ),
  );
}

/** Until the bounds are found, or a user ends it (undefined). Every trial is written before the next begins. */
export async function searchOn(
  world: World,
  begun: SearchState,
  folder: string,
  brakes: Brakes,
  aimAt: (overrides: readonly string[]) => Promise<Aimed>,
  onTrial: (trial: Trial, why: string) => void,
  watch: Pick<RunSetting, "labels" | "page" | "metrics"> = {},
): Promise<{ readonly state: SearchState; readonly bounds: Bounds | undefined }> {
  using end = listenForEnd(world);
  let state = begun;
  for (;;) {
    const step = nextStep(state.trials, state.policy);
    if (step.kind === "found") return { state, bounds: step.bounds };
    using aimed = await aimAt(trialOverrides(step.rate, step.generators, state.setting, brakes));
    const { summary } = await runOnce(world, state === begun ? aimed : withoutWarnings(aimed), folder, {
      ...watch,
      heading: attemptText(step, state.trials),
    });
    if (summary.run.state === "interrupted" && summary.run.stoppedBy === undefined) return { state, bounds: undefined };
    // What it was asked for: `run` may have had fewer to share out among; workers decide themselves, and may have more.
    const judged = judgeTrial(summary, step.rate);
    const trial = { ...judged, generators: Math.max(step.generators, judged.generators) };
    state = { ...state, trials: [...state.trials, trial] };
    await writeSearch(folder, state);
    onTrial(trial, step.why);
    const more = nextStep(state.trials, state.policy).kind === "try";
    if (more) await coolDown(world.clock, state.setting.coolDown, end.asked);
    if (more && end.asked.aborted) return { state, bounds: undefined };
  }
}

function trialOverrides(
  rate: number,
  generators: number,
  setting: SearchState["setting"],
  brakes: Brakes,
): readonly string[] {
  const thresholds = setting.criteria.map((threshold) =>
    brakes.has(threshold) ? { threshold, abort: true, delay: brakes.get(threshold) } : threshold,
  );
  const devices = Math.max(1, Math.round(rate * setting.duration));
  const phases = [
    ...(setting.warmup === 0
      ? []
      : [{ name: "warm-up", warmup: true, closed: { concurrency: 20 }, devices: setting.warmup }]),
    { name: "trial", constant: { rate }, devices },
  ];
  return [
    `fleet.count=${devices + setting.warmup}`,
    `load=${JSON.stringify(phases)}`,
    `thresholds=${JSON.stringify(thresholds)}`,
    `generators=${generators}`,
  ];
}
