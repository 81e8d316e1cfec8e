import { floorAt } from "../model/calibration.ts";
import type { PercentileCurve } from "../model/timeline.ts";
import { msFromUs } from "../model/units.ts";
import { formatMs } from "../writing/notation.ts";
import { scaleFor, tidy } from "./lines.ts";
import {
  type Chart,
  type ChartSeries,
  type Color,
  type Key,
  paintOf,
  type Picture,
  type PictureSubject,
} from "./picture.ts";

const CLOCKS: Readonly<Record<PercentileCurve["metric"], { readonly name: string; readonly color: Color }>> = {
  roundTrip: { name: "round trip", color: "one" },
  responseTime: { name: "response time, by the schedule", color: "two" },
};

/** Where a tenth fewer devices wait longer, the axis goes one step on: 90 %, 99 %, 99.9 %. */
const place = (q: number): number => tidy(Math.max(0, -Math.log10(1 - q)));
const STEP_NAMES = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"];

/** The whole distribution of each measured phase by both clocks; a picture a phase, since phases are never mixed. */
export function percentilePictures({ percentiles, timeline, floor }: PictureSubject): readonly Picture[] {
  const phases = [...new Set(percentiles.map(({ phase }) => phase))];
  return phases.flatMap((phase) => {
    const curves = percentiles.filter((curve) => curve.phase === phase);
    const name = timeline.spans.find((span) => span.phase === phase)?.name ?? `phase ${phase + 1}`;
    return curves.length === 0 ? [] : [percentilePicture(curves, phases.length > 1 ? name : undefined, phase, floor)];
  });
}

function percentilePicture(
  curves: readonly PercentileCurve[],
  name: string | undefined,
  phase: number,
  floor: PictureSubject["floor"],
): Picture {
  const values = curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [msFromUs(low), msFromUs(high)]));
  const last = Math.max(...curves.map(({ points }) => points.at(-1)?.q ?? 0));
  const scale = scaleFor(values);
  const own = floor?.filter(({ value }) => value !== null) ?? [];
  const keys = curves.map(({ metric }): Key => ({ ...CLOCKS[metric], mark: "line" }));
  return {
    name: `percentiles-${phase + 1}`,
    title: titleOf(curves, name),
    about: [
      "How long the slowest waited: 99 % of devices were at least as fast as the line at 99 %. Devices that waited in vain are included, as long as they did. Dashed: 95 % interval.",
      ...(own.length === 0 ? [] : ["Grey band: the generators' own floor."]),
    ].join(" "),
    unit: "ms",
    keys: own.length === 0 ? keys : [...keys, { name: "floor", color: "quiet", mark: "area" }],
    chart: {
      animation: false,
      xAxis: percentileAxis(place(last)),
      yAxis:
        scale === "log"
          ? {
              type: "log",
              min: 10 ** Math.floor(Math.log10(Math.max(1e-3, Math.min(...values)))),
              max: 10 ** Math.ceil(Math.log10(Math.max(1e-2, ...values))),
            }
          : { type: "value", scale: own.length === 0 },
      series: [...curves.flatMap(curveSeries), ...floorSeries(own, last)],
    },
    table: tableOf(curves),
  };
}

/** The values stand on a plain scale; a second axis of names, as long, tells what its steps mean. */
function percentileAxis(last: number): NonNullable<Chart["xAxis"]> {
  const steps = Math.min(STEP_NAMES.length - 1, Math.max(2, Math.ceil(last - 1e-9)));
  return [
    { type: "value", min: 0, max: steps, interval: 1, axisLabel: { show: false }, axisTick: { show: false } },
    { type: "category", data: STEP_NAMES.slice(0, steps + 1), boundaryGap: false, position: "bottom" },
  ];
}

function curveSeries({ metric, points }: PercentileCurve): ChartSeries[] {
  const paint = paintOf(CLOCKS[metric].color);
  const series = (of: "value" | "low" | "high"): ChartSeries => ({
    type: "line",
    data: points.map((point) => [place(point.q), tidy(msFromUs(point[of]))]),
    symbol: "none",
    silent: true,
    emphasis: { disabled: true },
    lineStyle: of === "value" ? { color: paint, width: 1.8 } : { color: paint, width: 1, type: "dashed", opacity: 0.6 },
  });
  return [series("value"), series("low"), series("high")];
}

function floorSeries(floor: NonNullable<PictureSubject["floor"]>, last: number): ChartSeries[] {
  if (floor.length === 0) return [];
  const data = [...floor.filter(({ q }) => q <= last), { q: last, value: floorAt(floor, last) }].map(({ q, value }) => [
    place(q),
    tidy(msFromUs(value ?? floor[0]?.value ?? (0 as never))),
  ]);
  return [
    {
      type: "line",
      data,
      symbol: "none",
      silent: true,
      lineStyle: { width: 0 },
      areaStyle: { color: paintOf("quiet"), opacity: 0.25, origin: "start" },
    },
  ];
}

function titleOf(curves: readonly PercentileCurve[], phase: string | undefined): string {
  const where = phase === undefined ? "" : ` in ${phase}`;
  const roundTrip = curves.find(({ metric }) => metric === "roundTrip");
  const q = [0.99, 0.95, 0.9, 0.5].find((each) => nearest(roundTrip, each) !== undefined);
  const point = q === undefined ? undefined : nearest(roundTrip, q);
  if (q === undefined || point === undefined) return `Latency by percentile${where}`;
  const share = q === 0.5 ? "Half" : `${Math.round(q * 100)} %`;
  // Who waited in vain waited that long, whatever the answer would have taken.
  return `${share} of the devices${where} waited at most ${formatMs(point.value)} ms (${formatMs(point.low)} to ${formatMs(point.high)})`;
}

/** The first of the drawn points at which no fewer devices are covered. */
function nearest(curve: PercentileCurve | undefined, q: number): PercentileCurve["points"][number] | undefined {
  return curve?.points.find((point) => point.q >= q - 1e-9 && point.q <= q + (1 - q) * 0.2);
}

function tableOf(curves: readonly PercentileCurve[]): Picture["table"] {
  const shares = [...new Set(curves.flatMap(({ points }) => points.map(({ q }) => q)))].toSorted((a, b) => a - b);
  return {
    columns: ["share of devices", ...curves.flatMap(({ metric }) => [`${CLOCKS[metric].name}, ms`, "95 % interval"])],
    rows: shares.map((q) => [
      `${Number((q * 100).toPrecision(5))} %`,
      ...curves.flatMap(({ points }) => {
        const point = points.find((each) => each.q === q);
        return point === undefined
          ? ["-", "-"]
          : [formatMs(point.value), `${formatMs(point.low)} to ${formatMs(point.high)}`];
      }),
    ]),
  };
}
