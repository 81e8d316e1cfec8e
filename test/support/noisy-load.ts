import { dipsOf } from "../../src/summary/dips.ts";
import type { DipSummary } from "../../src/model/mark.ts";
import type { LoadSecond } from "../../src/summary/level-before.ts";
import { createRandom } from "./random.ts";

/** A load of synthetic devices: its arrivals, its round trips and who fails are drawn from the seed. */
export interface NoisyLoad {
  readonly seed: number;
  /** Devices a second. */
  readonly rate: number;
  readonly arrivals: "constant" | "poisson";
  readonly seconds: number;
  /** Median of round trips; their logarithm is normal with this deviation. */
  readonly medianMs: number;
  readonly spread: number;
  readonly failing: number;
  /** What is served otherwise: of the devices that arrive in it, so many fail as well, and round trips take so many times as long. */
  readonly trouble?: { readonly from: number; readonly to: number; readonly failing: number; readonly times: number };
}

/** What is found in it. */
export function dipsIn(load: NoisyLoad): readonly DipSummary[] {
  return dipsOf({ from: 0, until: load.seconds, second: secondsIn(load) }, "load");
}

/** Its seconds. */
export function secondsIn(load: NoisyLoad): (index: number) => LoadSecond {
  const random = createRandom(load.seed);
  const planned: number[] = [];
  const ended: number[] = [];
  const provisioned: number[] = [];
  const roundTrips: number[][] = [];
  let at = 0;
  while (true) {
    at += load.arrivals === "poisson" ? -Math.log(1 - random()) / load.rate : 1 / load.rate;
    if (at >= load.seconds) break;
    const { trouble } = load;
    const hit = trouble !== undefined && at >= trouble.from && at < trouble.to ? trouble : undefined;
    const ms = load.medianMs * Math.exp(load.spread * normal(random)) * (hit?.times ?? 1);
    const fails = random() < load.failing || random() < (hit?.failing ?? 0);
    const end = Math.floor(at + ms / 1_000);
    planned[Math.floor(at)] = (planned[Math.floor(at)] ?? 0) + 1;
    ended[end] = (ended[end] ?? 0) + 1;
    if (fails) continue;
    provisioned[end] = (provisioned[end] ?? 0) + 1;
    (roundTrips[end] ??= []).push(ms * 1_000);
  }
  return (index) => ({
    planned: planned[index] ?? 0,
    started: planned[index] ?? 0,
    ended: ended[index] ?? 0,
    provisioned: provisioned[index] ?? 0,
    roundTrips: Uint32Array.from(roundTrips[index] ?? []),
  });
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
