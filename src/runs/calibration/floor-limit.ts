import type { Timeline } from "../../model/timeline.ts";
import { LIMITS } from "../../summary/validity-limits.ts";
import { formatPercent } from "../../writing/notation.ts";

/** An event loop that works more than this is called a limit. */
const BUSY = LIMITS.utilisation.degraded.level;
/** Where the two shares differ by less, neither side is the limit alone. */
const ALIKE = 0.05;

/** Shares of their time in which event loops worked, 0 to 1. */
export interface Busy {
  /** The busiest generator. */
  readonly generator: number;
  readonly responder: number;
}

/** `activeMs`: how long the responder's event loop worked during the run. Undefined: no generator told of its own. */
export function busyOf({ generators, step }: Timeline, activeMs: number): Busy | undefined {
  const windows = generators.map(({ utilisation }) => utilisation.filter((share) => share !== null));
  const seconds = Math.max(0, ...windows.map((shares) => shares.length * step));
  if (seconds === 0) return undefined;
  const means = windows.map((shares) => shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length));
  return { generator: Math.max(...means), responder: Math.min(1, activeMs / 1_000 / seconds) };
}

/** Which of both kept the load from being faster. */
export function limitText({ generator, responder }: Busy): string {
  const shares = `the busiest generator worked ${formatPercent(generator)} of the time, the responder ${formatPercent(responder)}`;
  if (Math.max(generator, responder) < BUSY) return `Neither side was at its limit: ${shares}.`;
  if (Math.abs(generator - responder) < ALIKE) return `Both sides were at their limit: ${shares}.`;
  return generator > responder
    ? `The generators were the limit: ${shares}.`
    : `The responder was the limit: ${shares}. The generators may be faster than this says.`;
}
