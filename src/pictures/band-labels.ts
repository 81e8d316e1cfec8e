import { displayWidth, truncate } from "../writing/text-width.ts";
import type { ChartSeries } from "./picture.ts";

/** Of a letter of the page's font at its size, in pixels; a little more than the mean, so that neighbours stay apart. */
const LETTER = 6.5;
/** Beside the drawing: the labels of the value axis and the margins. */
const BESIDE = 60;
/** Letters that fit to the left of the drawing, over the labels of the value axis. */
const OVER_LABELS = 4;
/** A name of which fewer letters would be left says nothing. */
const FEWEST_LETTERS = 5;

interface Axis {
  readonly from: number;
  readonly to: number;
}

/**
 * The series with the name of each band as the room allows: whole, cut, or left out. A name stands over the middle of its
 * band, and may be wider than that where its neighbours leave room. `axis`: in its unit; undefined: not known.
 */
export function fitBandLabels(series: ChartSeries, axis: Axis | undefined, width: number): ChartSeries {
  if (axis === undefined || series.type !== "line" || series.markArea?.data === undefined) return series;
  const bands = series.markArea.data;
  const letters = (axis.to - axis.from) / ((width - BESIDE) / LETTER);
  const places = bands.map((band) => {
    if (!Array.isArray(band)) return undefined;
    const [{ name = "", xAxis: from }, { xAxis: to }] = band;
    if (typeof from !== "number" || typeof to !== "number") return undefined;
    return { name, middle: (from + to) / 2 / letters, width: (to - from) / letters };
  });
  let taken = axis.from / letters - OVER_LABELS;
  const data = bands.map((band, index): typeof band => {
    const place = places[index];
    if (place === undefined || !Array.isArray(band)) return band;
    const { name, middle } = place;
    const next = places[index + 1];
    // The next has at least the room over its own band.
    const end =
      next === undefined
        ? axis.to / letters
        : next.middle - Math.min(displayWidth(next.name), Math.max(next.width, FEWEST_LETTERS)) / 2;
    const room = Math.floor(2 * Math.min(middle - taken, end - middle));
    const shown = shortened(name, room);
    if (shown !== "") taken = middle + displayWidth(shown) / 2;
    return [{ ...band[0], name: shown }, band[1]];
  });
  return { ...series, markArea: { ...series.markArea, data } };
}

/** Without what stands in parentheses, if that helps; else cut, or nothing. */
function shortened(name: string, room: number): string {
  const fits = [name, name.replace(/ \([^)]*\)$/, "")].find((each) => displayWidth(each) <= room);
  return fits ?? (room < FEWEST_LETTERS ? "" : truncate(name, room));
}
