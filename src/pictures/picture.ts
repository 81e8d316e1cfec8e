import type { HeatmapSeriesOption, LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import type { GridComponentOption, VisualMapComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";
import type { BackgroundSummary } from "../model/background.ts";
import type { Floor } from "../model/calibration.ts";
import type { Grade } from "../model/summary.ts";
import type { PercentileCurve, Timeline } from "../model/timeline.ts";
import type { Us } from "../model/units.ts";
import type { WatchCourse } from "../model/watch.ts";

/** What happened at a time, in seconds of the run: a person marked it, or changed the load by hand. */
export interface Moment {
  readonly at: number;
  readonly text: string;
}

/** A run over time, with what each picture over time has a vertical line for; by time. */
export interface Course extends Timeline {
  readonly moments?: readonly Moment[];
}

/** What pictures are made from: of a run that has ended, or of one that goes on. */
export interface PictureSubject {
  readonly timeline: Course;
  readonly percentiles: readonly PercentileCurve[];
  /** Round trip p50 of the devices provisioned, by phase, where a page tells it too; absent: of a run that goes on. */
  readonly medians?: readonly (Us | null)[] | undefined;
  /** The generators' own round trip; undefined: not calibrated, or on another machine. */
  readonly floor: Floor | undefined;
  /** "void": what is seen may be of the generators and not of the target, which a conclusion must say. */
  readonly grade: Grade;
  /** Those that made the load, with their generators, where there are several. */
  readonly machines?: readonly { readonly name: string; readonly generators: readonly number[] }[] | undefined;
  /** What the server said of itself; absent: it was not asked. */
  readonly watched?: WatchCourse | undefined;
  /** A fleet that was already there; absent: there was none, or its run goes on. */
  readonly background?: BackgroundSummary | undefined;
}

/** One picture, defined once for paper and page: JSON only, so that a browser can be told it too. */
export interface Picture {
  /** "round-trip": of the figure, the same in every run. */
  readonly name: string;
  /** What can be seen, in a sentence without its full stop. */
  readonly title: string;
  /** What is drawn. */
  readonly about: string;
  /** Unit of the value axis; "" where there is none to tell. It stands beside the legend. */
  readonly unit: string;
  readonly keys: readonly Key[];
  readonly chart: Chart;
  /** The same for those who do not see it. */
  readonly table: PictureTable;
}

/** A line of the legend, which stands outside the drawing, where text can be broken. */
export interface Key {
  readonly name: string;
  readonly color: Color;
  readonly mark: "line" | "dashed" | "area" | "dot";
}

export interface PictureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What Apache ECharts calls an option. */
export type Chart = ComposeOption<
  LineSeriesOption | ScatterSeriesOption | HeatmapSeriesOption | GridComponentOption | VisualMapComponentOption
>;
export type ChartSeries = LineSeriesOption | ScatterSeriesOption | HeatmapSeriesOption;

/** Names of the style sheet's custom properties: the page decides what they look like, in light, in dark and on paper. */
export type Color = "one" | "two" | "three" | "four" | "five" | "six" | "quiet";

export const paintOf = (color: Color | "line" | "heat" | "band" | "ink" | "paper"): string => `var(--${color})`;

/** In the order in which series that have no colour of their own get one. */
export const COLORS: readonly Color[] = ["one", "two", "three", "five", "six", "four", "quiet"];
