import { tidy } from "./lines.ts";
import { type ChartSeries, type Color, type Key, paintOf, type Picture } from "./picture.ts";

/** Points of one kind; a null has no place. */
export interface Dots {
  readonly name: string;
  readonly color: Color;
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

export interface ScatterOptions extends Pick<Picture, "name" | "title" | "about" | "unit" | "table"> {
  readonly dots: readonly Dots[];
  /** For the axis to the right. */
  readonly xName: string;
  readonly scale: "zero" | "log";
  /** A line at which both axes have the same value. */
  readonly diagonal: boolean;
  /** Stretch of the axis to the right with a name: between bounds. */
  readonly between: { readonly from: number; readonly to: number; readonly name: string } | undefined;
}

/** What was measured against what was asked for, a dot each. */
export function scatterPicture(options: ScatterOptions): Picture {
  const { name, title, about, unit, table, dots, xName, scale, diagonal } = options;
  const shown = dots.filter(({ points }) => points.length > 0);
  const xs = shown.flatMap(({ points }) => points.map(([x]) => x));
  const most = Math.max(1, ...xs);
  const ys = shown.flatMap(({ points }) => points.flatMap(([, y]) => (y === null || y <= 0 ? [] : [y])));
  const keys = shown.map(({ name: of, color }): Key => ({ name: of, color, mark: "dot" }));
  return {
    name,
    title,
    about,
    unit,
    keys: diagonal ? [...keys, { name: "as asked for", color: "quiet", mark: "dashed" }] : keys,
    chart: {
      animation: false,
      xAxis: { type: "value", min: 0, name: xName, axisLabel: { showMaxLabel: false } },
      yAxis:
        scale === "zero" || ys.length === 0
          ? { type: "value", min: 0 }
          : {
              type: "log",
              logBase: 10,
              min: 10 ** Math.floor(Math.log10(Math.min(...ys))),
              max: 10 ** Math.ceil(Math.log10(Math.max(...ys)) + 1e-9),
            },
      series: [frameSeries(options, most), ...shown.map((each) => dotSeries(each))],
    },
    table,
  };
}

function dotSeries({ name, color, points }: Dots): ChartSeries {
  return {
    type: "scatter",
    name,
    data: points.flatMap(([x, y]) => (y === null ? [] : [[tidy(x), tidy(y)]])),
    symbol: "triangle",
    symbolSize: 10,
    silent: true,
    itemStyle: { color: paintOf(color), opacity: 0.85 },
  };
}

function frameSeries({ diagonal, between }: ScatterOptions, most: number): ChartSeries {
  return {
    type: "line",
    silent: true,
    symbol: "none",
    data: diagonal
      ? [
          [0, 0],
          [most, most],
        ]
      : [],
    lineStyle: { color: paintOf("quiet"), width: 1, type: "dashed" },
    ...(between === undefined
      ? {}
      : {
          markArea: {
            silent: true,
            itemStyle: { color: paintOf("band"), borderColor: "transparent" },
            label: { color: paintOf("quiet") },
            data: [[{ name: between.name, xAxis: between.from }, { xAxis: between.to }]],
          },
        }),
  };
}
