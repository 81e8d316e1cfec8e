import { fitBandLabels } from "./band-labels.ts";
import { type Chart, type ChartSeries, paintOf } from "./picture.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** For a page as wide as a desk's or a sheet of paper, and for one in a hand: text has the same size in both. */
export const WIDE: Size = { width: 920, height: 280 };
export const NARROW: Size = { width: 352, height: 240 };

const FONT_SIZE = 12;
const NARROW_BELOW = 600;

/** The chart with what depends on the room that it has: margins, number of ticks, size of text. */
export function layOut(chart: Chart, { width }: Size): Chart {
  const narrow = width < NARROW_BELOW;
  const textStyle = { fontSize: FONT_SIZE, color: paintOf("quiet") };
  const quietLine = { lineStyle: { color: paintOf("line") } };
  const axis = {
    axisLine: quietLine,
    axisTick: { lineStyle: { color: paintOf("line") } },
    splitLine: quietLine,
    minorSplitLine: { lineStyle: { color: paintOf("line"), opacity: 0.35 } },
  };
  const label = { ...textStyle, hideOverlap: true };
  const [y = {}] = listOf(chart.yAxis);
  const xAxis = listOf(chart.xAxis).map((x) => ({
    ...axis,
    ...x,
    axisTick: { ...axis.axisTick, ...within(x, "axisTick") },
    splitLine: { show: false },
    splitNumber: narrow ? 4 : 8,
    axisLabel: { ...label, ...labelsOf(x, narrow), ...within(x, "axisLabel") },
    nameLocation: "end",
    nameGap: -8,
    nameTextStyle: { ...textStyle, verticalAlign: "top", padding: [8, 0, 0, 0] },
  }));
  return {
    ...chart,
    textStyle: { fontFamily: "inherit" },
    grid: {
      left: 8,
      right: narrow ? 10 : 16,
      top: 24,
      bottom: 22,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    series: seriesOf(chart).map((each) => fitBandLabels(each, endsOf(chart), width)),
    xAxis: xAxis as NonNullable<Chart["xAxis"]>,
    yAxis: {
      ...axis,
      ...y,
      axisTick: { ...axis.axisTick, ...within(y, "axisTick") },
      splitNumber: narrow ? 3 : 4,
      axisLabel: { ...label, ...within(y, "axisLabel") },
      ...(y["type"] === "log"
        ? {
            minorSplitLine: { ...axis.minorSplitLine, show: true },
            minorTick: { show: true, splitNumber: 10, lineStyle: { opacity: 0 } },
          }
        : {}),
    },
  };
}

function seriesOf({ series = [] }: Chart): readonly ChartSeries[] {
  return Array.isArray(series) ? series : [series];
}

/** Of an axis that has its ends: one of time. */
function endsOf({ xAxis }: Chart): { readonly from: number; readonly to: number } | undefined {
  const [{ min, max } = {}] = listOf(xAxis);
  return typeof min === "number" && typeof max === "number" ? { from: min, to: max } : undefined;
}

type Fields = Readonly<Record<string, object | string | number | boolean | undefined>>;

function listOf(axis: Chart["xAxis"] | Chart["yAxis"]): readonly Fields[] {
  return (Array.isArray(axis) ? axis : [axis ?? {}]).map((each) => ({ ...each }) as Fields);
}

/** Where many names stand in a row, only those at round places: every fifth, every tenth. */
function labelsOf({ type, data }: Fields, narrow: boolean): object {
  if (type !== "category" || !Array.isArray(data)) return {};
  const every = [1, 2, 5, 10, 20, 25, 50].find((step) => data.length / step <= (narrow ? 6 : 12)) ?? 100;
  return { interval: every - 1 };
}

function within(axis: Fields, key: string): object {
  const found = axis[key];
  return typeof found === "object" ? found : {};
}
