import type { ProcessorTimes } from "../../record/health-probe.ts";
import type { Waits } from "../../operations/at-rest.ts";
import { formatPercent } from "../../writing/notation.ts";

/** Above this share of all processors, taken by others before the load, a run is likely to be spoiled. */
const BUSY_ABOVE = 0.25;
/** Linux counts in hundredths of a second (USER_HZ), whatever its kernel's own clock. */
const TICK_US = 10_000;
/** With less than this, a tick more or less would decide. */
const ENOUGH_MS = 200;

/** Shares of all processors of this machine, 0 to 1. */
export interface OtherWork {
  /** Of programs that this one has not started. */
  readonly others: number;
  /** Kept from this machine by its hypervisor. */
  readonly stolen: number;
}

/** What to do where it is busy. */
export const OTHER_WORK_HINT = "Stop the other work, or run it where nothing else runs.";

/** Looks at what other programs do, from the moment at which it is made. */
export interface OtherWorkWatch {
  /** Begins anew: what was started meanwhile was this program's own. */
  begin(): void;
  /** Since it began; undefined: the system does not tell. Waits a fifth of a second at most where it began just now. */
  look(waits: Waits): Promise<OtherWork | undefined>;
}

/** `own`: microseconds of processor that this program has used, ever; `now`: milliseconds. */
export function watchOtherWork(
  processors: () => ProcessorTimes | undefined,
  own: () => number,
  now: () => number,
): OtherWorkWatch {
  const read = () => ({ times: processors(), own: own(), at: now() });
  let from = read();
  return {
    begin() {
      from = read();
    },
    async look(waits) {
      if (from.times === undefined) return undefined;
      const missing = ENOUGH_MS - (now() - from.at);
      // Shorter than a person's hand on Ctrl-C.
      if (missing > 0) await waits.sleep(missing, new AbortController().signal);
      const to = read();
      const all = (to.times?.all ?? 0) - from.times.all;
      if (to.times === undefined || all <= 0) return undefined;
      const busy = (to.times.busy - from.times.busy) / all;
      const ours = (to.own - from.own) / (all * TICK_US);
      return { others: Math.max(0, busy - ours), stolen: Math.max(0, to.times.stolen - from.times.stolen) / all };
    },
  };
}

export function isBusy({ others, stolen }: OtherWork): boolean {
  return others + stolen > BUSY_ABOVE;
}

/** "other work has 60 % of the processors, and this machine's hypervisor 5 %" */
export function otherWorkText({ others, stolen }: OtherWork): string {
  const hypervisor = stolen < 0.01 ? "" : `, and this machine's hypervisor ${formatPercent(round(stolen))}`;
  return `other work has ${formatPercent(round(others))} of the processors${hypervisor}`;
}

/** Ticks are too coarse for more than whole per cents. */
const round = (share: number): number => Math.round(share * 100) / 100;
