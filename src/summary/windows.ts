/** Lengths of a window, in seconds: people count in these. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/** More points on a line than this cannot be told apart. */
export const MOST_WINDOWS = 240;
/** Columns of a heat map: more of them make a page slow. */
export const MOST_COLUMNS = 100;

/** Windows of some seconds each. */
export interface Windows {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

export function windowOf({ from, step }: Windows, second: number): number {
  return Math.floor((second - from) / step);
}

/** The shortest of the usual lengths with which so many windows do; any longer run has windows of full hours. */
export function stepFor(seconds: number, most: number): number {
  return STEPS.find((step) => seconds / step <= most - 1) ?? Math.ceil(seconds / most / 3_600) * 3_600;
}

export function windowsOf(first: number, last: number, step: number): Windows {
  const from = Math.floor(first / step) * step;
  return { from, step, count: Math.floor((last - from) / step) + 1 };
}
