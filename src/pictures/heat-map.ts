import type { Heat } from "../model/timeline.ts";
import { type Us, us } from "../model/units.ts";
import { formatCount, formatTime } from "../writing/notation.ts";
import { momentSeries, withMoments } from "./moments.ts";
import { type Moment, paintOf, type Picture, type PictureSubject, type PictureTable } from "./picture.ts";
import { timeAxisOf } from "./time-axis.ts";

/** Shades of a cell, from one device to the most of all cells, each some times as many as the one before. */
const SHADES = 7;
const FAINTEST = 0.14;
const MOST_ROWS = 60;

/** When how many answers took how long: shows two kinds of answers where quantiles show one line between them. */
export function heatMapPicture({ timeline }: PictureSubject): Picture | undefined {
  const { heat } = timeline;
  const most = Math.max(0, ...heat.counts.flat());
  if (most === 0) return undefined;
  const axis = timeAxisOf(timeline);
  const moments = timeline.moments ?? [];
  const columns = heat.counts.map((_, index) => String(axis.of(heat.from + index * heat.step)));
  const bands = heat.bounds.slice(0, -1).map((bound) => formatTime(tidy(bound)));
  return {
    name: "heat-map",
    title: titleOf(heat),
    about: `Each cell: how many round trips of that length ended in that time (${heat.step} s a column). The stronger its colour, the more; the strongest ${formatCount(most)}.`,
    unit: "",
    keys: [],
    chart: {
      animation: false,
      xAxis: { type: "category", data: columns, name: axis.unit, axisTick: { show: false } },
      yAxis: { type: "category", data: bands, axisTick: { show: false } },
      visualMap: { type: "piecewise", show: false, dimension: 2, seriesIndex: 0, pieces: piecesOf(most) },
      series: [
        { type: "heatmap", data: cellsOf(heat), silent: true, progressive: 0, emphasis: { disabled: true } },
        ...momentSeries(moments, {
          from: 0,
          to: columns.length - 1,
          of: (seconds) => Math.floor((seconds - heat.from) / heat.step),
        }),
      ],
    },
    table: tableOf(heat, moments, (from, to) => axis.text(from, to)),
  };
}

/** Fainter cells first, so that those of one shade stand together and can be drawn in one stroke. */
function cellsOf({ counts }: Heat): [number, number, number][] {
  const cells = counts.flatMap((bands, column) =>
    bands.flatMap((count, band): [number, number, number][] => (count === 0 ? [] : [[column, band, count]])),
  );
  return cells.toSorted((a, b) => a[2] - b[2]);
}

function piecesOf(most: number) {
  const bounds = Array.from({ length: SHADES + 1 }, (_, index) => Math.floor(most ** (index / SHADES)));
  return bounds.slice(0, -1).flatMap((low, index) => {
    const min = index === 0 ? 1 : low + 1;
    const max = bounds[index + 1] ?? most;
    if (max < min) return [];
    return [{ min, max, color: paintOf("heat"), opacity: FAINTEST + ((1 - FAINTEST) * (index + 1)) / SHADES }];
  });
}

function titleOf({ bounds, counts }: Heat): string {
  const bands = bounds.slice(0, -1).map((_, band) => counts.reduce((sum, column) => sum + (column[band] ?? 0), 0));
  const total = bands.reduce((sum, count) => sum + count, 0);
  const bandAt = (share: number): number => {
    let sum = 0;
    return bands.findIndex((count) => (sum += count) >= share * total);
  };
  const [low, high] = [bounds[bandAt(0.1)] ?? us(0), bounds[bandAt(0.9) + 1] ?? us(0)];
  return `Four of five answers took ${formatTime(tidy(low))} to ${formatTime(tidy(high))}`;
}

/** Bounds of bands are powers of ten with fractions: two digits say as much. */
const tidy = (time: Us): Us => us(Number(time.toPrecision(2)));

/** Fewer and larger cells than are drawn. */
function tableOf(
  { from, step, bounds, counts }: Heat,
  moments: readonly Moment[],
  timeText: (from: number, to: number) => string,
): PictureTable {
  const size = Math.max(1, Math.ceil(counts.length / MOST_ROWS));
  const joined = Math.max(1, Math.ceil((bounds.length - 1) / 6));
  const bands = Array.from({ length: Math.ceil((bounds.length - 1) / joined) }, (_, index) => index * joined);
  const sum = (columns: Heat["counts"], band: number): number =>
    columns.reduce((total, column) => total + column.slice(band, band + joined).reduce((a, b) => a + b, 0), 0);
  const starts = Array.from({ length: Math.ceil(counts.length / size) }, (_, row) => from + row * size * step);
  const table = {
    columns: ["time", ...bands.map((band) => `from ${formatTime(tidy(bounds[band] ?? us(0)))}`)],
    rows: starts.map((start, row) => {
      const columns = counts.slice(row * size, (row + 1) * size);
      return [timeText(start, start + columns.length * step), ...bands.map((band) => formatCount(sum(columns, band)))];
    }),
  };
  return withMoments(table, moments, starts);
}
