import type { Schedule } from "../model/ports.ts";
import { us, type Us } from "../model/units.ts";

/** A stretch of time over which the rate goes in a straight line; rates are arrivals a second. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly duration: Us;
}

/**
 * The rate of one line of length D is r(t) = from + (to - from) t / D, and the expected number of arrivals its integral:
 *
 *     N(t) = from t + (to - from) t^2 / (2 D)         N(D) = D (from + to) / 2, the area of the trapezium
 *
 * Lines follow each other, so N of the whole is the area before the line plus N within it, and arrival i is due where
 * N(t) = i. With m = i - area before and a = (to - from) / D, the root of a t^2 / 2 + from t - m = 0 that lies in [0, D] is
 *
 *     t = (-from + sqrt(from^2 + 2 a m)) / a = 2 m / (from + sqrt(from^2 + 2 a m))
 *
 * The second form is used: it needs no special case for a = 0, and nothing cancels when a is small. Under the root stands
 * r(t)^2, which rounding may bring below 0 at the foot of a line that falls to 0.
 */
export function createStraightLines(lines: readonly Line[], devices: number): Schedule {
  const available = countStraightLines(lines);
  if (devices > available) {
    throw new RangeError(`the shape has ${available} arrivals, ${devices} devices were asked for`);
  }
  const placed = place(lines);

  const at = (index: number): Us => {
    const line = find(placed, index);
    if (line === undefined) throw new RangeError(`there is no arrival ${index} in ${available}`);
    const within = index - line.areaBefore;
    if (within <= 0) return us(Math.floor(line.startsAt));
    const slope = (line.to - line.from) / line.seconds;
    const rateThen = Math.sqrt(Math.max(0, line.from ** 2 + 2 * slope * within));
    const seconds = Math.min((2 * within) / (line.from + rateThen), line.seconds);
    return us(Math.floor(line.startsAt + seconds * 1_000_000));
  };

  return { total: devices, at };
}

/** Arrivals at i = 0, 1, … while i < N(end): N(end) rounded up, forgiving the rounding of the sum (one part in 10^9). */
export function countStraightLines(lines: readonly Line[]): number {
  const area = lines.reduce((sum, line) => sum + areaOf(line), 0);
  return Math.max(0, Math.ceil(area - 1e-9 * Math.max(1, area)));
}

interface PlacedLine {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** Microseconds from the start of the phase. */
  readonly startsAt: number;
  readonly areaBefore: number;
  readonly areaAfter: number;
}

function areaOf(line: Line): number {
  return ((line.duration / 1_000_000) * (line.from + line.to)) / 2;
}

/** A line without area (no length, or a rate of 0) has no arrivals and is left out. */
function place(lines: readonly Line[]): readonly PlacedLine[] {
  let startsAt = 0;
  let area = 0;
  const placed: PlacedLine[] = [];
  for (const line of lines) {
    const own = areaOf(line);
    if (own > 0) {
      const seconds = line.duration / 1_000_000;
      placed.push({
        from: line.from,
        to: line.to,
        seconds,
        startsAt,
        areaBefore: area,
        areaAfter: area + own,
      });
    }
    startsAt += line.duration;
    area += own;
  }
  return placed;
}

/** The first line whose area reaches beyond the arrival, by bisection. */
function find(lines: readonly PlacedLine[], index: number): PlacedLine | undefined {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.areaAfter ?? Infinity) > index) high = middle;
    else low = middle + 1;
  }
  return lines[low];
}
