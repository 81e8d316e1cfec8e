import { calledIn } from "../model/outcome.ts";
import type { LiveFigures, LiveMachine, LiveQuantiles } from "../model/live.ts";
import { secondsFromUs, type Us, usFromSeconds } from "../model/units.ts";
import { formatCount, formatDuration, formatMs, formatRate } from "../writing/notation.ts";

/** What the views say of a run, in the same words. */
export interface Item {
  readonly name: string;
  readonly text: string;
  /** Something that should not be, and is. */
  readonly trouble: boolean;
}

const item = (name: string, text: string): Item => ({ name, text, trouble: false });
const counted = (name: string, count: number): Item => item(name, formatCount(count));
const unwanted = (name: string, count: number): Item => ({ name, text: formatCount(count), trouble: count > 0 });

export function deviceItems({ planned, started, inFlight }: LiveFigures): readonly Item[] {
  return [counted("planned", planned), counted("started", started), counted("in flight", inFlight)];
}

/** Of devices that try again; none where no device does. */
export function retryItems({ retries, waiting = 0 }: LiveFigures): readonly Item[] {
  if (retries === undefined) return [];
  return [
    counted("further attempts", retries.ended),
    counted("came back", retries.recovered),
    counted("to try again", waiting),
  ];
}

export function outcomeItems({ outcomes }: LiveFigures): readonly Item[] {
  return [
    counted("provisioned", outcomes.provisioned),
    unwanted("rejected", outcomes.rejected),
    unwanted("failed", outcomes.failed),
    unwanted("dropped", outcomes.dropped),
    ...(outcomes.aborted === 0 ? [] : [unwanted("aborted", outcomes.aborted)]),
  ];
}

export function rateItems({ rate }: LiveFigures): readonly Item[] {
  const planned = rate.planned === null ? [] : [item("planned", formatRate(rate.planned))];
  return [...planned, item("achieved", formatRate(rate.achieved))];
}

export function quantileItems({ p50, p95, p99 }: LiveQuantiles): readonly Item[] {
  const ms = (time: Us | null): string => (time === null ? "-" : formatMs(time));
  return [item("p50", ms(p50)), item("p95", ms(p95)), item("p99", ms(p99))];
}

export function verdictItems({ verdicts }: LiveFigures): readonly Item[] {
  return [
    counted("connected", verdicts.connected),
    ...(verdicts.mute === undefined ? [] : [unwanted("mute", verdicts.mute)]),
    unwanted("refused", verdicts.refused),
    unwanted("unreachable", verdicts.unreachable),
  ];
}

/** None where there is no background. */
export function backgroundItems({ background }: LiveFigures): readonly Item[] {
  if (background === undefined) return [];
  const { connected, lost, acknowledged, timedOut } = background;
  return [
    counted("connected", connected),
    unwanted("lost", lost),
    counted("acknowledged", acknowledged),
    unwanted("timed out", timedOut),
  ];
}

/** Whether the roll has begun to be called, after the load or beside it. */
export function isCalling({ verdicts, stage }: LiveFigures): boolean {
  return stage.kind === "roll-call" || calledIn(verdicts) > 0;
}

/** "1,500 of 6,000": as far as it is known how many there will be. */
export function ofDevices(count: number, { devices }: LiveFigures): string {
  return devices === null ? formatCount(count) : `${formatCount(count)} of ${formatCount(devices)}`;
}

/** How far the current stage is: devices done of those it is about. Undefined: it has no count. */
export function progressOf({
  stage,
  outcomes,
  verdicts,
  devices,
}: LiveFigures): { readonly done: number; readonly of: number } | undefined {
  switch (stage.kind) {
    case "load": {
      const { provisioned, rejected, failed, aborted, dropped } = outcomes;
      return devices === null ? undefined : { done: provisioned + rejected + failed + aborted + dropped, of: devices };
    }
    case "roll-call":
      return { done: calledIn(verdicts), of: outcomes.provisioned };
    case "waiting":
    case "hold":
    case "before":
    case "after":
    case "done":
      return undefined;
  }
}

/** "1 min 12 s left"; empty if it is not known. */
export function remainingText({ remaining }: LiveFigures): string {
  if (remaining === null || remaining < 0) return "";
  return `${inSeconds(remaining)} left`;
}

export function elapsedText({ at }: LiveFigures): string {
  return inSeconds(at);
}

/** Tenths that change with every frame are noise. */
function inSeconds(time: Us): string {
  const seconds = Math.max(0, Math.round(secondsFromUs(time)));
  return seconds === 0 ? "0 s" : formatDuration(usFromSeconds(seconds));
}

/** In the words of the report: valid, degraded, void. */
export function healthText({ health: { grade, worst } }: LiveFigures): string {
  return grade === "valid" ? grade : `${grade}: ${worst}`;
}

/** Where machines are many, those that are worst off. */
const MACHINES_SHOWN = 8;
const GRADES = ["void", "degraded", "valid"] as const;
const LOSSES = ["all", "some", "none"] as const;

/** A text for each machine, the worst off first: "right: lost", "left 50.0/s, p50 55.0 ms, valid, clock within 0.4 ms". */
export function machineTexts({ machines = [] }: LiveFigures): readonly string[] {
  const order = machines.toSorted(
    (a, b) =>
      LOSSES.indexOf(a.lost) - LOSSES.indexOf(b.lost) ||
      GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) ||
      (a.name < b.name ? -1 : 1),
  );
  const more = order.length - MACHINES_SHOWN;
  return [...order.slice(0, MACHINES_SHOWN).map(machineText), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])];
}

function machineText({ name, lost, achieved, lastSecond: { p50 }, grade, clockBound, silent }: LiveMachine): string {
  if (lost === "all") return `${name}: lost`;
  if (silent !== undefined) return `${name} silent for ${inSeconds(silent)}`;
  const latency = p50 === null ? "" : `, p50 ${formatMs(p50)} ms`;
  const clock = clockBound === null ? "" : `, clock within ${formatMs(clockBound)} ms`;
  const part = lost === "none" ? "" : ", a generator of it lost";
  return `${name} ${formatRate(achieved)}/s${latency}, ${grade}${part}${clock}`;
}
