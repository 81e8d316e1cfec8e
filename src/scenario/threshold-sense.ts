import type { FleetGroup, Phase, RollCallPlan, ThresholdPlan } from "../model/plan.ts";
import { noSuchGroup } from "./group-consistency.ts";
import { didYouMean } from "./suggestion.ts";
import { type Quantity, quantityOf } from "./thresholds.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/** What of the plan decides whether a quantity will have a value. */
export interface Measurable {
  readonly phases: readonly Phase[];
  readonly rollCall: Pick<RollCallPlan, "when" | "hold" | "proof">;
  /** Whether devices may try again. */
  readonly retries: boolean;
  readonly groups?: readonly Pick<FleetGroup, "name" | "count">[] | undefined;
  /** Whether there is a background. */
  readonly background: boolean;
}

/** Without a roll call nothing is called, and these say nothing. */
const OF_THE_ROLL_CALL = ["connected", "mute", "refused", "unreachable", "uncalled", "loginsPerSecond"];

/** Why a run of this plan can never have both sides of a threshold; undefined: it can. */
export function whyNever({ left, right }: ThresholdPlan, plan: Measurable): string | undefined {
  const sides = [left, ...(typeof right === "string" ? [right] : [])];
  return sides.map((side) => whyAbsent(quantityOf(side), plan)).find((reason) => reason !== undefined);
}

function whyAbsent({ phase, name, group }: Quantity, plan: Measurable): string | undefined {
  const unknownGroup = group === undefined ? undefined : noSuchGroup(group, plan.groups);
  if (unknownGroup !== undefined) return unknownGroup;
  const scope = phasesOf(phase, plan);
  if (phase !== undefined && scope.length === 0) {
    const names = plan.phases.map((each) => each.name);
    return `there is no phase ${phase}; ${didYouMean(phase, names)}`;
  }
  const { when, hold, proof } = plan.rollCall;
  if (name.startsWith("timeToUsable.") && when !== "inline")
    return "timeToUsable is measured with rollCall: inline only";
  if (/^(?:retry|untilCredentials|timeToBack)\.|^hold\.(?:reconnects|peak)$/.test(name) && !plan.retries)
    return `${name} needs a fleet.retry`;
  if (/^(?:hold|timeToBack)\./.test(name) && hold === 0) return `${name} needs a rollCall.hold`;
  if (name.startsWith("background.") && !plan.background) return `${name} needs a background`;
  if (name === "mute" && when !== "off" && proof === undefined) return "mute needs a rollCall.proof";
  if (when === "off" && (name.startsWith("login.") || OF_THE_ROLL_CALL.includes(name))) {
    return `${name} needs a roll call, and rollCall is off`;
  }
  const closed = scope.filter(({ shape }) => shape.kind === "closed");
  if (name.startsWith("responseTime.") && closed.length === scope.length) {
    return "responseTime does not exist under closed load, where nothing arrives at a time of its own: use roundTrip";
  }
  if (name === "plannedRate" && closed.length > 0) return "closed load has no planned rate: use startedRate";
  return undefined;
}

/** A percentile that needs more devices than there are is never printed, and misses its threshold. Undefined: enough. */
export function tooFewSamples({ left, right }: ThresholdPlan, plan: Measurable): string | undefined {
  for (const side of [left, ...(typeof right === "string" ? [right] : [])]) {
    const { phase, name, group } = quantityOf(side);
    const digits = /\.p(?<digits>[\d.]+)$/.exec(name)?.groups?.["digits"]?.replace(".", "");
    if (digits === undefined) continue;
    const needed = samplesFor(Number(`0.${digits}`));
    const ofPhases = phasesOf(phase, plan).reduce((sum, each) => sum + each.devices, 0);
    const devices = Math.min(ofPhases, plan.groups?.find(({ name: each }) => each === group)?.count ?? ofPhases);
    if (devices < needed)
      return `${name} needs ${formatCount(needed)} samples, and ${quantity(devices, "device")} give fewer: it will be missed`;
  }
  return undefined;
}

function phasesOf(phase: string | undefined, { phases }: Measurable): readonly Phase[] {
  return phases.filter((each) => (phase === undefined ? !each.warmup : each.name === phase));
}

/** For a two-sided interval of 95 %: both extremes are samples, so 2.5 % of chance that all n are below it, q^n. */
function samplesFor(q: number): number {
  return Math.ceil(Math.log(0.025) / Math.log(q));
}
