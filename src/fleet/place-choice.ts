import type { HostPlan, Spread } from "../model/plan.ts";
import { fractionOf } from "./derive.ts";

/** Which of several places a device goes to, by its number and that of its attempt (0 is the first): pure, for any number of generators. */
export type ChoosePlace = (seq: number, attempt: number) => number;

/** `spread`: what is left of it where a generator does not choose by what it has in flight. */
export function createPlaceChoice(
  weights: readonly Pick<HostPlan, "weight">[],
  seed: number,
  spread: Exclude<Spread, "least-in-flight">,
): ChoosePlace {
  switch (spread) {
    case "round-robin":
      return inTurn(turnsOf(weights.map(({ weight }) => weight)), seed);
    case "random":
      return byLot(
        weights.map(({ weight }) => weight),
        seed,
      );
  }
}

/**
 * In each round every place has its turns, and each round begins elsewhere: with a strict order, generators would have one
 * place each (a shard is every n-th device), and a slow generator would look like a slow place. A further attempt goes to
 * the next place.
 */
function inTurn(turns: readonly number[], seed: number): ChoosePlace {
  let known = -1;
  let begin = 0;
  return (seq, attempt) => {
    const round = Math.floor(seq / turns.length);
    if (round !== known) {
      known = round;
      begin = Math.floor(fractionOf(`${seed} places ${round}`) * turns.length);
    }
    let at = (seq + begin) % turns.length;
    for (let left = attempt; left > 0; left -= 1) {
      const before = turns[at];
      for (let steps = turns.length; steps > 0; steps -= 1) {
        at = (at + 1) % turns.length;
        if (turns[at] !== before) break;
      }
    }
    return turns[at] ?? 0;
  };
}

function byLot(weights: readonly number[], seed: number): ChoosePlace {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (seq, attempt) => {
    let left = fractionOf(`${seed} place ${seq}${attempt === 0 ? "" : ` ${attempt}`}`) * total;
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    return weights.length - 1;
  };
}

/** Weights are met to a thousandth in a round no longer than this. */
const LONGEST_ROUND = 1_000;

/** Places in the order of one round, each as often as its weight says and spread as evenly as may be (smooth weighted round robin). */
function turnsOf(weights: readonly number[]): readonly number[] {
  const counts = countsOf(weights);
  const round = counts.reduce((sum, count) => sum + count, 0);
  const credit = counts.map(() => 0);
  return Array.from({ length: round }, () => {
    for (const [index, count] of counts.entries()) credit[index] = (credit[index] ?? 0) + count;
    const next = credit.indexOf(Math.max(...credit));
    credit[next] = (credit[next] ?? 0) - round;
    return next;
  });
}

/** The least whole numbers in the ratio of the weights. */
function countsOf(weights: readonly number[]): readonly number[] {
  const least = Math.min(...weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let times = 1; (times * total) / least <= LONGEST_ROUND; times += 1) {
    const scaled = weights.map((weight) => (weight / least) * times);
    if (scaled.every((each) => Math.abs(each - Math.round(each)) < 1e-6 * each)) return scaled.map(Math.round);
  }
  return weights.map((weight) => Math.max(1, Math.round((weight / total) * LONGEST_ROUND)));
}
