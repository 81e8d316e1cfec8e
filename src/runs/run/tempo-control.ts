import type { TempoChange } from "../../model/tempo.ts";
import { formatPercent, formatTime } from "../../writing/notation.ts";

/** What a key asks for. */
export type TempoKey = "pause" | "faster" | "slower";

/** Parts of the planned rate that the keys go through. */
const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5];

export interface TempoControlDeps {
  /** Undefined: the load has not begun. */
  readonly change: (speed: number) => TempoChange | undefined;
  readonly note: (text: string) => void;
  /** What is shown of the run from now on. */
  readonly show: (speed: number) => void;
}

/** Turns keys into changes of an open load, and tells what was changed. */
export function createTempoControl({ change, note, show }: TempoControlDeps): (key: TempoKey) => void {
  let speed = 1;
  let paused = false;

  return (key) => {
    const next = key === "pause" ? { speed, paused: !paused } : { speed: stepped(speed, key), paused: false };
    if (next.speed === speed && next.paused === paused) return;
    const changed = change(next.paused ? 0 : next.speed);
    if (changed === undefined) return;
    ({ speed, paused } = next);
    show(paused ? 0 : speed);
    note(textOf(changed));
  };
}

function stepped(speed: number, key: "faster" | "slower"): number {
  const place = SPEEDS.indexOf(speed) + (key === "faster" ? 1 : -1);
  return SPEEDS[place] ?? speed;
}

function textOf({ at, speed }: TempoChange): string {
  const when = formatTime(at);
  if (speed === 0) return `Paused at ${when}: nothing new starts under open load. p goes on.`;
  return speed === 1
    ? `The load goes on as planned from ${when}.`
    : `The load goes on at ${formatPercent(speed)} of the planned rate from ${when}.`;
}
