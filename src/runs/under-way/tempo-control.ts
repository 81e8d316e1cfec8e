import type { TempoChange } from "../../model/tempo.ts";
import { formatPercent, formatTime } from "../../writing/notation.ts";

/** What a key asks for, or a button of the live page. */
export type TempoKey = "pause" | "faster" | "slower";

/** What was done, or why nothing was, in a sentence. */
export interface TempoReply {
  readonly done: boolean;
  readonly text: string;
}

export interface TempoControl {
  press(key: TempoKey): TempoReply;
  /** What each key would do now, in a few words; one that would do nothing is left out. */
  offers(): Readonly<Partial<Record<TempoKey, string>>>;
}

/** Parts of the planned rate that the keys go through. */
const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5];

export interface TempoControlDeps {
  /** Undefined: the load has not begun. */
  readonly change: (speed: number) => TempoChange | undefined;
  readonly note: (text: string) => void;
  /** What whoever has paused the load does to continue it: one or more ways, as "press p in the terminal". */
  readonly ways: () => readonly string[];
  /** What is shown of the run from now on. */
  readonly show: (speed: number) => void;
}

/** What the live page's button says while the load is paused. */
export const CONTINUE = "let the load go on";

/** Each is a line of every journal, and is gone through for every arrival. */
const MOST_CHANGES = 500;

/** Turns keys into changes of an open load, and tells what was changed. */
export function createTempoControl({ change, note, ways, show }: TempoControlDeps): TempoControl {
  let speed = 1;
  let paused = false;
  let changes = 0;

  const after = (key: TempoKey) =>
    key === "pause" ? { speed, paused: !paused } : { speed: stepped(speed, key), paused: false };
  const isSame = (next: ReturnType<typeof after>): boolean => next.speed === speed && next.paused === paused;

  return {
    press(key) {
      const next = after(key);
      if (isSame(next))
        return { done: false, text: `The load is at ${formatPercent(speed)} already, and goes no further.` };
      if (changes === MOST_CHANGES) {
        return { done: false, text: `The load was changed ${MOST_CHANGES} times, and is not changed again.` };
      }
      const changed = change(next.paused ? 0 : next.speed);
      if (changed === undefined) return { done: false, text: "The load has not begun." };
      changes += 1;
      ({ speed, paused } = next);
      show(paused ? 0 : speed);
      const text = textOf(changed, ways());
      note(text);
      return { done: true, text };
    },
    offers() {
      const offer = (key: TempoKey) => {
        const next = after(key);
        const text = next.paused ? "pause the load" : key === "pause" ? CONTINUE : `set the load${rateOf(next.speed)}`;
        return isSame(next) ? {} : { [key]: text };
      };
      return { ...offer("pause"), ...offer("slower"), ...offer("faster") };
    },
  };
}

const rateOf = (speed: number): string => (speed === 1 ? " as planned" : ` to ${formatPercent(speed)} of the plan`);

function stepped(speed: number, key: "faster" | "slower"): number {
  const place = SPEEDS.indexOf(speed) + (key === "faster" ? 1 : -1);
  return SPEEDS[place] ?? speed;
}

function textOf({ at, speed }: TempoChange, ways: readonly string[]): string {
  const when = formatTime(at);
  if (speed === 0)
    return `Paused at ${when}: no new device starts under open load. To continue: ${ways.join(", or ")}.`;
  return speed === 1
    ? `The load goes on as planned from ${when}.`
    : `The load goes on at ${formatPercent(speed)} of the planned rate from ${when}.`;
}
