import type { OtherPrograms, Signal } from "../model/summary.ts";
import type { GeneratorTally } from "./generator-tally.ts";
import { LIMITS } from "./validity-limits.ts";

/** What tells of processors that were not to be had. */
const OF_PROCESSORS: readonly Signal["name"][] = [
  "event-loop utilisation",
  "event-loop delay p99",
  "schedule lateness p99",
  "achieved over planned rate",
];

/**
 * Of one machine with so many processors and these generators; undefined: not one second of each is known. Each generator
 * sees the whole machine, and of it only itself: what all of them used is taken off.
 */
export function otherPrograms(
  generators: readonly (readonly [number, GeneratorTally])[],
  {
    cores,
    simulated,
    signals,
  }: { readonly cores: number; readonly simulated: boolean; readonly signals: readonly Signal[] },
): OtherPrograms | undefined {
  const windows = generators.map(([, tally]) => tally.windows);
  if (cores === 0 || windows.length === 0 || windows.some(({ processors }) => processors.count === 0)) return undefined;
  const sum = (of: (each: (typeof windows)[number]) => number): number =>
    windows.reduce((total, each) => total + of(each) / each.processors.count, 0);
  const busy = sum(({ processors }) => processors.busy) / windows.length;
  const stolen = sum(({ processors }) => processors.stolen) / windows.length;
  const own = sum(({ ownProcessors }) => ownProcessors) / cores;
  const share = Math.max(0, busy - own);
  const isVoid = signals.some(({ name, grade }) => grade === "void" && OF_PROCESSORS.includes(name));
  // A simulator is there to be loaded: that it takes processors is no surprise, and nobody else's doing.
  const toBlame = isVoid && !simulated && share + stolen > LIMITS.others && share + stolen > own;
  return { share, stolen, toBlame };
}
