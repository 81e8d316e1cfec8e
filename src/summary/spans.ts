import type { TimelineSpan } from "../model/timeline.ts";
import { secondsFromUs, us } from "../model/units.ts";
import { isOpen, type PhaseResult } from "./figures.ts";
import type { RollCallTally } from "./roll-call-tally.ts";

/** The stretches of a run in order: its phases from the first arrival to the last end, the roll call, the hold. */
export function spansOf(
  results: readonly PhaseResult[],
  rollCall: RollCallTally,
  inline: boolean,
): readonly TimelineSpan[] {
  const phases = results.flatMap(({ index, phase, tally }): readonly TimelineSpan[] => {
    const [from, to] = [tally.arrivals.intended.first, tally.ended.last];
    if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
    const { name, warmup } = phase;
    return [
      { kind: "phase", phase: index, name, warmup, open: isOpen(phase), from: inSeconds(from), to: inSeconds(to) },
    ];
  });
  const { firstStarted, lastEnded, hold } = rollCall;
  if (!Number.isFinite(firstStarted)) return phases;
  const other = { phase: -1, warmup: false, open: false };
  const [from, to] = [inSeconds(firstStarted), inSeconds(lastEnded)];
  return [
    ...phases,
    // Called one by one during the load, it is no stretch of its own.
    ...(inline ? [] : [{ kind: "roll-call", name: "roll call", ...other, from, to } as const]),
    ...(hold === undefined || hold.sessions === 0
      ? []
      : [{ kind: "hold", name: "hold", ...other, from: to, to: to + secondsFromUs(hold.duration) } as const]),
  ];
}

const inSeconds = (time: number): number => Math.round(secondsFromUs(us(time)) * 1_000) / 1_000;
