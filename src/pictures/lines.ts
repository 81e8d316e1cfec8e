import type { Timeline } from "../model/timeline.ts";
import {
  type Chart,
  type ChartSeries,
  type Color,
  type Course,
  type Key,
  paintOf,
  type Picture,
  type PictureTable,
} from "./picture.ts";
import { momentSeries, withMoments } from "./moments.ts";
import { bandsOf, type TimeAxis, timeAxisOf } from "./time-axis.ts";

/** One line over time; null: no value there, and the line is broken. */
export interface Line {
  readonly name: string;
  readonly color: Color;
  readonly values: readonly (number | null)[];
  readonly look?: "line" | "dashed" | "area" | "stacked" | "dot";
  /** Several values as one row of the table: their mean, or the highest of them. */
  readonly join: "mean" | "max" | "sum";
  readonly text: (value: number) => string;
  /** What the table has instead of what is drawn: counts, where a rate is. */
  readonly told?: readonly number[];
  /** Where its values stand, if not where the others do; then it is not part of the table. */
  readonly at?: readonly Stretch[];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface LinesOptions extends Pick<Picture, "name" | "title" | "about"> {
  readonly timeline: Course;
  /** Where the values stand: stretches in seconds of the run. */
  readonly at: readonly Stretch[];
  readonly lines: readonly Line[];
  /** Unit of the value axis: "ms", "a second". */
  readonly unit: string;
  /** "log": so many decades as the values have. "tight": between the values. "zero": from 0 up. */
  readonly scale: "log" | "tight" | "zero";
  /** The value axis, where it is known. */
  readonly most?: number;
}

/** Rows of a table that somebody listens to. */
const MOST_ROWS = 60;

/** A picture of lines over the time of the run, with a band for each phase. */
export function linesPicture(options: LinesOptions): Picture {
  const { name, title, about, lines, timeline, unit } = options;
  const axis = timeAxisOf(timeline);
  return {
    name,
    title,
    about,
    unit,
    keys: lines.map(({ name: of, color, look = "line" }): Key => {
      return { name: of, color, mark: look === "stacked" ? "area" : look };
    }),
    chart: chartOf(options, axis),
    table: tableOf(options, axis),
  };
}

function chartOf({ at, lines, timeline, scale, most }: LinesOptions, axis: TimeAxis): Chart {
  const series = lines.map((line): ChartSeries => {
    const middles = (line.at ?? at).map(({ from, to }) => axis.of((from + to) / 2));
    return seriesOf(line, middles, scale);
  });
  return {
    animation: false,
    xAxis: timeAxisOption(axis),
    yAxis: valueAxis(lines, scale, most),
    series: [...series, bandSeries(timeline, axis), ...momentSeries(timeline.moments ?? [], axis)],
  };
}

function seriesOf(
  { name, color, values, look = "line" }: Line,
  middles: readonly number[],
  scale: string,
): ChartSeries {
  const data = values.map((value, index) => [
    middles[index] ?? 0,
    value === null || (scale === "log" && value <= 0) ? "-" : tidy(value),
  ]);
  const paint = paintOf(color);
  if (look === "dot") {
    const shown = data.filter(([, value]) => value !== "-");
    return {
      type: "scatter",
      name,
      data: shown,
      symbol: "triangle",
      symbolSize: 8,
      itemStyle: { color: paint },
      silent: true,
    };
  }
  return {
    type: "line",
    name,
    data,
    // A value between two gaps has no line to be part of.
    symbol: "circle",
    symbolSize: 3,
    showSymbol: data.length < 2 || hasLoneValue(data.map(([, value]) => value)),
    silent: true,
    emphasis: { disabled: true },
    lineStyle: { color: paint, width: look === "stacked" ? 0 : 1.8, type: look === "dashed" ? "dashed" : "solid" },
    itemStyle: { color: paint },
    ...(look === "stacked" ? { stack: "all", areaStyle: { color: paint, opacity: 0.75 } } : {}),
    ...(look === "area" ? { areaStyle: { color: paint, opacity: 0.18 } } : {}),
  };
}

function hasLoneValue(values: readonly (number | string | undefined)[]): boolean {
  return values.some((value, index) => {
    const before = values[index - 1] ?? "-";
    const after = values[index + 1] ?? "-";
    return value !== "-" && before === "-" && after === "-";
  });
}

function timeAxisOption({ unit, from, to }: TimeAxis): NonNullable<Chart["xAxis"]> {
  return { type: "value", min: from, max: to, name: unit, axisLabel: { showMaxLabel: false } };
}

/** A shaded band for every second stretch, and the name of each. */
function bandSeries(timeline: Timeline, axis: TimeAxis): ChartSeries {
  const data = bandsOf(timeline).map(
    ({ name, warmup, from, to }, index): [{ name: string; xAxis: number; itemStyle: object }, { xAxis: number }] => [
      {
        name: warmup ? `${name} (warm-up)` : name,
        xAxis: axis.of(from),
        itemStyle: { opacity: index % 2 === 0 ? 1 : 0.45 },
      },
      { xAxis: axis.of(to) },
    ],
  );
  return {
    type: "line",
    data: [],
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: paintOf("band"), borderColor: "transparent" },
      label: { color: paintOf("quiet") },
      data,
    },
  };
}

function valueAxis(
  lines: readonly Line[],
  scale: LinesOptions["scale"],
  max: number | undefined,
): NonNullable<Chart["yAxis"]> {
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null));
  if (scale !== "log") return { type: "value", scale: scale === "tight", ...(max === undefined ? {} : { max }) };
  const positive = values.filter((value) => value > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  if (positive.length === 0) return { type: "value" };
  const low = 10 ** Math.floor(Math.log10(least));
  const high = 10 ** Math.ceil(Math.log10(most));
  return { type: "log", logBase: 10, min: low, max: high > low ? high : low * 10 };
}

/** Three decades of a log axis hide what a narrow range shows. */
export function scaleFor(values: readonly (number | null)[]): "log" | "tight" {
  const positive = values.filter((value) => value !== null && value > 0);
  return positive.length > 0 && Math.max(...positive.map(Number)) / Math.min(...positive.map(Number)) > 8
    ? "log"
    : "tight";
}

function tableOf({ at, lines: all, timeline }: LinesOptions, axis: TimeAxis): PictureTable {
  const lines = all.filter((line) => line.at === undefined);
  const size = Math.max(1, Math.ceil(at.length / MOST_ROWS));
  const rows = Array.from({ length: Math.ceil(at.length / size) }, (_, row) => {
    const [first, end] = [row * size, Math.min(at.length, (row + 1) * size)];
    const time = axis.text(at[first]?.from ?? 0, at[end - 1]?.to ?? 0);
    return { start: at[first]?.from ?? 0, cells: [time, ...lines.map((line) => joined(line, first, end))] };
  }).filter(({ cells }) => cells.slice(1).some((cell) => cell !== "-"));
  return withMoments(
    { columns: ["time", ...lines.map(({ name }) => name)], rows: rows.map(({ cells }) => cells) },
    timeline.moments ?? [],
    rows.map(({ start }) => start),
  );
}

function joined({ values, told, join, text }: Line, first: number, end: number): string {
  const some = (told ?? values).slice(first, end).filter((value) => value !== null);
  if (some.length === 0) return "-";
  const total = some.reduce((sum, value) => sum + value, 0);
  return text(join === "max" ? Math.max(...some) : join === "sum" ? total : total / some.length);
}

/** Four digits: more cannot be drawn, and would make the page larger. */
export const tidy = (value: number): number => Number(value.toPrecision(4));
