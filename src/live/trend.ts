import type { LiveFigures } from "../model/live.ts";
import type { Us } from "../model/units.ts";

/** One second of the load, as the sparklines show it. */
export interface TrendPoint {
  /** Starts a second. */
  readonly rate: number;
  /** Of the round trips that ended in it; null: none. */
  readonly p99: Us | null;
}

/** Seconds that are kept: as many as the widest terminal shows. */
const KEPT = 100;

/** The last seconds of the load; of each second the first update counts, whatever the view is updated for. */
export function createTrend(): { add(figures: LiveFigures): void; readonly points: readonly TrendPoint[] } {
  const points: TrendPoint[] = [];
  let last = Number.NEGATIVE_INFINITY;
  return {
    add({ at, stage, rate, lastSecond }) {
      const second = Math.floor(at / 1_000_000);
      if (stage.kind !== "load" || second <= last) return;
      last = second;
      points.push({ rate: rate.achieved, p99: lastSecond.p99 });
      if (points.length > KEPT) points.shift();
    },
    points,
  };
}
