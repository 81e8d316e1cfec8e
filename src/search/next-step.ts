import type { Bounds, SearchPolicy, SearchStep, Trial } from "./trial.ts";

/**
 * The search as a pure function of its trials, so that it can stop at any point and resume.
 *
 * Doubling from `start` until a rate fails (or halving until one passes), then bisection to the resolution, then each
 * bound is tried again until its verdict leads by `confirmations`. A rate's verdict is that of the majority; a tie is
 * run again. The upper bound is the lowest rate that fails and the lower bound the highest that passes below it: a
 * lucky pass above a failure does not count (the conditional throughput idea of MLRsearch, RFC 9971).
 * A void trial is run again with more generators and never counted against the target.
 */
export function nextStep(trials: readonly Trial[], policy: SearchPolicy): SearchStep {
  const bounds = boundsOf(trials);
  const last = trials.at(-1);
  if (trials.length >= policy.mostTrials) return found(bounds, "trials-used-up");
  if (last?.outcome === "void") {
    return last.generators >= policy.mostGenerators
      ? found(bounds, "generator-limited")
      : again(last.rate, Math.min(policy.mostGenerators, last.generators * 2), "void: the generator was the limit");
  }
  const generators = Math.max(policy.generators, ...trials.map((trial) => trial.generators));
  const undecided = trials.find((trial) => trial.outcome !== "void" && lead(trials, trial.rate) === 0);
  if (undecided !== undefined) return again(undecided.rate, generators, "its trials disagree");
  const { passes, fails } = bounds;
  if (passes === null && fails === null) return again(policy.start, generators, "first trial");
  if (fails === null) return double(passes ?? policy.start, policy, generators, trials);
  if (passes === null) return halve(fails, policy, generators, trials);
  if (fails / passes - 1 > policy.resolution) return again(between(passes, fails), generators, "bisection");
  const open = [passes, fails].find((rate) => Math.abs(lead(trials, rate)) < policy.confirmations);
  return open === undefined ? found(bounds, "resolved") : again(open, generators, "confirmation of a bound");
}

function double(passes: number, policy: SearchPolicy, generators: number, trials: readonly Trial[]): SearchStep {
  if (passes < policy.highest) return again(Math.min(policy.highest, passes * 2), generators, "doubling");
  return Math.abs(lead(trials, passes)) < policy.confirmations
    ? again(passes, generators, "confirmation of a bound")
    : found({ passes, fails: null }, "highest-passes");
}

function halve(fails: number, policy: SearchPolicy, generators: number, trials: readonly Trial[]): SearchStep {
  if (fails > policy.lowest) return again(Math.max(policy.lowest, fails / 2), generators, "halving");
  return Math.abs(lead(trials, fails)) < policy.confirmations
    ? again(fails, generators, "confirmation of a bound")
    : found({ passes: null, fails }, "lowest-fails");
}

/** So far. */
export function boundsOf(trials: readonly Trial[]): Pick<Bounds, "passes" | "fails"> {
  const rates = [...new Set(trials.filter((trial) => trial.outcome !== "void").map((trial) => trial.rate))];
  const failing = rates.filter((rate) => lead(trials, rate) < 0);
  const fails = failing.length === 0 ? null : Math.min(...failing);
  const passing = rates.filter((rate) => lead(trials, rate) > 0 && (fails === null || rate < fails));
  return { passes: passing.length === 0 ? null : Math.max(...passing), fails };
}

/** Passed minus failed trials at a rate. */
function lead(trials: readonly Trial[], rate: number): number {
  const at = trials.filter((trial) => trial.rate === rate);
  return (
    at.filter((trial) => trial.outcome === "passed").length - at.filter((trial) => trial.outcome === "failed").length
  );
}

/** Three significant digits are enough for a rate that people will quote, as long as they stay strictly between. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2;
  const rounded = Number(middle.toPrecision(3));
  return rounded > low && rounded < high ? rounded : middle;
}

function again(rate: number, generators: number, why: string): SearchStep {
  return { kind: "try", rate, generators, why };
}

function found(bounds: Pick<Bounds, "passes" | "fails">, ended: Bounds["ended"]): SearchStep {
  return { kind: "found", bounds: { ...bounds, ended } };
}
