import type { MarkSummary } from "../model/mark.ts";
import type { TempoChange } from "../model/tempo.ts";
import type { Timeline } from "../model/timeline.ts";
import { secondsFromUs } from "../model/units.ts";
import { formatPercent } from "../writing/notation.ts";
import { printable, truncate } from "../writing/text-width.ts";
import { type ChartSeries, type Course, type Moment, paintOf, type PictureTable } from "./picture.ts";

/** Columns of text beside a line that is as high as the drawing for a hand. */
const LONGEST_TEXT = 28;
/** Texts nearer to each other than this part of the axis would stand upon each other; the table has all of them. */
const CROWDED = 0.045;

/** The timeline with what was marked, and what was done to the load by hand. */
export function courseOf(timeline: Timeline, { marks = [], tempo = [] }: Happened): Course {
  const moments = [
    ...marks.map(({ at, text }) => ({ at: secondsFromUs(at), text })),
    ...tempo.map(({ at, speed }) => ({ at: secondsFromUs(at), text: tempoText(speed) })),
  ];
  return moments.length === 0 ? timeline : { ...timeline, moments: moments.toSorted((a, b) => a.at - b.at) };
}

interface Happened {
  readonly marks?: readonly Pick<MarkSummary, "at" | "text">[];
  readonly tempo?: readonly TempoChange[];
}

function tempoText(speed: number): string {
  if (speed === 0) return "load paused";
  return speed === 1 ? "load as planned" : `load at ${formatPercent(speed)}`;
}

/** A vertical line for each moment between the ends of the axis, whose places `of` gives; upright beside it what happened. */
export function momentSeries(
  moments: readonly Moment[],
  axis: { readonly from: number; readonly to: number; readonly of: (seconds: number) => number },
): readonly ChartSeries[] {
  const placed = moments
    .map(({ at, text }) => ({ xAxis: axis.of(at), text }))
    .filter(({ xAxis }) => xAxis >= axis.from && xAxis <= axis.to);
  if (placed.length === 0) return [];
  const room = CROWDED * (axis.to - axis.from);
  let last = -Infinity;
  const data = placed.map(({ xAxis, text }) => {
    const shown = xAxis - last >= room;
    if (shown) last = xAxis;
    // At the right end there is room on the other side alone.
    const position = axis.to - xAxis < room ? ("insideEndTop" as const) : ("insideEndBottom" as const);
    return { xAxis, name: shown ? nameOf(text) : "", label: { show: shown, position } };
  });
  return [
    {
      type: "line",
      data: [],
      silent: true,
      markLine: {
        silent: true,
        symbol: "none",
        lineStyle: { color: paintOf("ink"), width: 1, type: "solid", opacity: 1 },
        // Over areas and cells as well: an edge in the colour of the page.
        label: {
          formatter: "{b}",
          color: paintOf("ink"),
          textBorderColor: paintOf("paper"),
          textBorderWidth: 3,
          fontSize: 11,
          distance: 4,
        },
        data,
      },
    },
  ];
}

/** The library takes braces for its own. */
const nameOf = (text: string): string =>
  truncate(printable(text), LONGEST_TEXT).replaceAll("{", "(").replaceAll("}", ")");

/** The table with a column of what happened in the time of each row, which begins at `starts`; nothing is left out of it. */
export function withMoments(table: PictureTable, moments: readonly Moment[], starts: readonly number[]): PictureTable {
  if (moments.length === 0) return table;
  const texts = table.rows.map(() => [] as string[]);
  for (const { at, text } of moments) {
    const row = Math.max(
      0,
      starts.findLastIndex((start) => start <= at),
    );
    texts[row]?.push(printable(text));
  }
  return {
    columns: [...table.columns, "marked"],
    rows: table.rows.map((row, index) => [...row, texts[index]?.join("; ") ?? ""]),
  };
}
