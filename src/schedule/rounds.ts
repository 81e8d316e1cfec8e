import { type Us, us } from "../model/units.ts";
import { createUniform } from "./uniform.ts";

/** Keeps the lots of rounds apart from those of arrivals and waits, which have the same seed. */
const SALT = 0x726f756e;

/**
 * When each of `devices` has its turn within a round of `every`: at even distances, in an order that is drawn by lot, from the seed.
 * So whatever part of them is looked at (a shard, those of one kind) is spread over the round as well.
 */
export function turnsOf(devices: number, every: Us, seed: number): readonly Us[] {
  const uniform = createUniform(seed + SALT);
  const order = Array.from({ length: devices }, (_, index) => ({ index, lot: uniform(index) }));
  order.sort((a, b) => a.lot - b.lot || a.index - b.index);
  const turns: Us[] = Array.from({ length: devices }, () => us(0));
  for (const [place, { index }] of order.entries()) turns[index] = us(Math.floor((place * every) / devices));
  return turns;
}
