import type { Us } from "../model/units.ts";
import { type Histogram, valueAtRank } from "../record/histograms.ts";
import { quantileRanks } from "./quantiles.ts";

/** Null: too few samples. */
export function quantileOf(histogram: Histogram, q: number): Us | null {
  const rank = quantileRanks(histogram.count, q)?.value;
  return rank === undefined ? null : (valueAtRank(histogram, rank) ?? null);
}
