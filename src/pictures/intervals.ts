import { formatPercent } from "../writing/notation.ts";
import { tidy } from "./lines.ts";
import { type ChartSeries, type Color, paintOf, type Picture } from "./picture.ts";

/** A change with its bounds, as a share of what it was: 0.1 is a tenth more. */
export interface Interval {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly color: Color;
  /** In words, for the table. */
  readonly text: string;
  readonly interval: string;
}

export interface IntervalsOptions extends Pick<Picture, "name" | "title" | "about"> {
  readonly intervals: readonly Interval[];
  /** Changes smaller than this, up or down, are not called: a band; as a share. */
  readonly least: number;
}

/** Changes side by side, each as a point on a line from bound to bound; nothing changed where the line crosses 0. */
export function intervalsPicture({ name, title, about, intervals, least }: IntervalsOptions): Picture {
  const percent = (share: number): number => tidy(share * 100);
  const end = intervals.length + 0.5;
  return {
    name,
    title,
    about: `${about} Grey band: changes below ${formatPercent(least)} are not called.`,
    unit: "% of the base",
    keys: [],
    chart: {
      animation: false,
      xAxis: [
        { type: "value", min: 0.5, max: end, interval: 1, axisLabel: { show: false }, axisTick: { show: false } },
        { type: "category", data: intervals.map((each) => each.name), position: "bottom" },
      ],
      yAxis: { type: "value", scale: true },
      series: [
        bandOf(percent(least), end),
        ...intervals.flatMap(({ value, low, high, color }, index): ChartSeries[] => [
          {
            type: "line",
            data: [
              [index + 1, percent(low)],
              [index + 1, percent(high)],
            ],
            symbol: "rect",
            symbolSize: [14, 2],
            silent: true,
            emphasis: { disabled: true },
            lineStyle: { color: paintOf(color), width: 2 },
            itemStyle: { color: paintOf(color) },
          },
          {
            type: "scatter",
            data: [[index + 1, percent(value)]],
            symbolSize: 9,
            silent: true,
            itemStyle: { color: paintOf(color) },
          },
        ]),
      ],
    },
    table: {
      columns: ["metric", "change", "interval"],
      rows: intervals.map((each) => [each.name, each.text, each.interval]),
    },
  };
}

/** Around nothing, from one side to the other. */
function bandOf(least: number, end: number): ChartSeries {
  return {
    type: "line",
    silent: true,
    symbol: "none",
    data: [
      [0.5, 0],
      [end, 0],
    ],
    lineStyle: { color: paintOf("quiet"), width: 1 },
    markArea: {
      silent: true,
      itemStyle: { color: paintOf("band"), borderColor: "transparent" },
      data: [[{ yAxis: -least }, { yAxis: least }]],
    },
  };
}
