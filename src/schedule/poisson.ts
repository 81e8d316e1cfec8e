import type { Schedule } from "../model/ports.ts";
import { us } from "../model/units.ts";
import { createUniform } from "./uniform.ts";

/** Arrivals between two kept sums: at most so many gaps are added up again after a step back. */
const STRIDE = 4_096;

/**
 * Independent arrivals, `rate` a second on average: the gaps are exponential with mean 1 / rate. A uniform u in [0, 1) has
 * P(-ln(1 - u) / rate > t) = P(u > 1 - e^(-rate t)) = e^(-rate t), so each gap comes from one uniform of its own index.
 *
 * Arrival i is the sum of gaps 0 to i, which has no closed form. The sums are always taken in the order of the index, from
 * a sum kept every STRIDE arrivals, so that `at` is pure to the bit whatever the order of the calls, and a generator that
 * asks for every n-th arrival pays only for the gaps in between.
 */
export function createPoisson(rate: number, devices: number, seed: number): Schedule {
  const uniform = createUniform(seed);
  const meanGap = 1_000_000 / rate;
  const gap = (index: number): number => -Math.log1p(-uniform(index)) * meanGap;

  /** kept[k]: the sum before gap k * STRIDE. */
  const kept = new Float64Array(Math.floor(devices / STRIDE) + 1);
  let keptCount = 1;
  /** `sum` is the sum of gaps 0 to next - 1. */
  let next = 0;
  let sum = 0;

  const at = (index: number) => {
    if (index + 1 < next) {
      const checkpoint = Math.floor(index / STRIDE);
      next = checkpoint * STRIDE;
      sum = kept[checkpoint] ?? 0;
    }
    while (next <= index) {
      sum += gap(next);
      next += 1;
      if (next === keptCount * STRIDE) {
        kept[keptCount] = sum;
        keptCount += 1;
      }
    }
    return us(Math.floor(sum));
  };

  return { total: devices, at };
}
