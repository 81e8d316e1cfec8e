import { escapeHtml } from "./html-elements.ts";

/** One line of a chart; null: no value there, and the line is broken. */
export interface Series {
  readonly name: string;
  readonly color: "one" | "two" | "three" | "four";
  readonly values: readonly (number | null)[];
  /** A broad, pale line, for others to lie on. */
  readonly wide?: boolean;
}

export interface Chart {
  readonly title: string;
  /** The unit of the values, for axis and tooltip. */
  readonly unit: string;
  /** Where each value stands, ascending, in seconds since run start. */
  readonly at: readonly number[];
  /** How many seconds one value stands for. */
  readonly step: number;
  readonly series: readonly Series[];
}

const WIDTH = 1_000;
const HEIGHT = 260;
const MARGIN = { left: 78, right: 12, top: 12, bottom: 30 } as const;
const GRID_LINES = 5;
const TIME_MARKS = 8;
const DOT_RADIUS = 2.4;

type Scale = (value: number) => string;

/** A line chart as inline SVG: from 0 up, so that a small change does not look like a great one. */
export function chartElement(chart: Chart): string {
  const first = chart.at[0];
  const last = chart.at.at(-1);
  if (first === undefined || last === undefined) return "";
  const highest = Math.max(0, ...chart.series.flatMap(({ values }) => values.filter((value) => value !== null)));
  const top = roundUp(highest);
  const span = Math.max(chart.step, last - first + chart.step);
  const x: Scale = (value) => place(MARGIN.left + ((value - first) / span) * (WIDTH - MARGIN.left - MARGIN.right));
  const y: Scale = (value) => place(HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const middle = chart.step / 2;
  const keys = chart.series.map(({ name, color }) => `<span class="key ${color}">${escapeHtml(name)}</span>`);
  return [
    `<figure><figcaption><b>${escapeHtml(chart.title)}</b>${keys.join("")}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title)}">`,
    ...valueAxis(top, chart.unit, y),
    ...timeAxis(first, span, x),
    ...chart.series.map((series) => lineElement(series, chart.at, (at) => x(at + middle), y)),
    ...chart.at.map((at, index) => tooltip(chart, index, x(at), x(at + chart.step))),
    "</svg></figure>",
  ].join("\n");
}

function lineElement({ color, values, wide }: Series, at: readonly number[], x: Scale, y: Scale): string {
  let path = "";
  const dots: string[] = [];
  let pen = false;
  values.forEach((value, index) => {
    const time = at[index];
    if (value === null || time === undefined) {
      pen = false;
      return;
    }
    const alone = !pen && (values[index + 1] ?? null) === null;
    // A value between two gaps has no line to be part of.
    if (alone) dots.push(`<circle class="dot" cx="${x(time)}" cy="${y(value)}" r="${DOT_RADIUS}"/>`);
    path += `${pen ? "L" : "M"}${x(time)} ${y(value)}`;
    pen = true;
  });
  return `<g class="${color}"><path class="series${wide === true ? " wide" : ""}" d="${path}"/>${dots.join("")}</g>`;
}

/** A strip over each value that names all series when pointed at: a native tooltip, which needs no script. */
function tooltip({ at, series, unit, step }: Chart, index: number, left: string, right: string): string {
  const second = at[index] ?? 0;
  const time = step === 1 ? `${second} s` : `${second} to ${second + step} s`;
  const values = series.map(({ name, values }) => {
    const value = values[index] ?? null;
    return `${name}: ${value === null ? "none" : `${short(value)} ${unit}`}`;
  });
  const text = escapeHtml([time, ...values].join("\n"));
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const width = place(Number(right) - Number(left));
  return `<rect class="band" x="${left}" y="${MARGIN.top}" width="${width}" height="${height}"><title>${text}</title></rect>`;
}

function valueAxis(top: number, unit: string, y: Scale): readonly string[] {
  return Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const value = (top * index) / GRID_LINES;
    const label = index === GRID_LINES ? `${short(value)} ${unit}` : short(value);
    return [
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text x="${MARGIN.left - 8}" y="${Number(y(value)) + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
    ].join("");
  });
}

function timeAxis(first: number, span: number, x: Scale): readonly string[] {
  const step = roundUp(span / TIME_MARKS);
  const marks: string[] = [];
  for (let at = Math.ceil(first / step) * step; at <= first + span; at += step) {
    const anchor = at + step > first + span && at > first + span * 0.97 ? "end" : "middle";
    marks.push(`<text x="${x(at)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${short(at)} s</text>`);
  }
  return marks;
}

/** The next of 1, 2, 2.5, 5, 10, …: axes end and tick at numbers that people count in. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= value) ?? 10;
  return factor * power;
}

const place = (value: number): string => String(Math.round(value * 10) / 10);
const short = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en-US");
