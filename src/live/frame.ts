import { styleText } from "node:util";
import type { LiveFigures } from "../model/live.ts";
import type { Grade } from "../model/summary.ts";
import { displayWidth, padTo, printable, truncate, wrapText } from "../writing/text-width.ts";
import { formatCount, formatMs, formatRate } from "../writing/notation.ts";
import {
  backgroundItems,
  deviceItems,
  elapsedText,
  healthText,
  isCalling,
  type Item,
  machineTexts,
  outcomeItems,
  progressOf,
  quantileItems,
  rateItems,
  remainingText,
  retryItems,
  verdictItems,
} from "./figures-text.ts";
import { drawSparkline } from "./sparkline.ts";
import type { TrendPoint } from "./trend.ts";

export interface FrameOptions {
  readonly color: boolean;
  /** Columns; nothing is wider. */
  readonly width: number;
  /** Lines; what matters least is left out. */
  readonly height: number;
  /** The seconds of the load up to now, for the lines that would stand empty. */
  readonly trend?: readonly TrendPoint[];
}

type Format = Parameters<typeof styleText>[0];
type Paint = (format: Format, text: string) => string;

const LABEL_WIDTH = 19;
/** Narrower terminals have labels above the figures, not beside them. */
const ROOM_FOR_LABELS = 60;
const GAP = "   ";
const LEAST_BAR = 10;
const GRADE_LOOKS: Readonly<Record<Grade, Format>> = { valid: "green", degraded: "yellow", void: ["red", "bold"] };

/** One picture of a run, as lines. */
export function drawFrame(figures: LiveFigures, { color, width, height, trend = [] }: FrameOptions): readonly string[] {
  const paint: Paint = (format, text) => (color ? styleText(format, text, { validateStream: false }) : text);
  const row = (label: string, items: readonly Item[], unit = ""): readonly string[] =>
    layItems(label, items, unit, width, paint);
  const lines = [
    titleLine(figures, width, paint),
    ...progressLine(figures, width, paint),
    ...row("devices", deviceItems(figures)),
    ...row("outcomes", outcomeItems(figures)),
    ...(figures.retries === undefined ? [] : row("retries", retryItems(figures))),
    ...(isCalling(figures) ? row("roll call", verdictItems(figures)) : []),
    ...(figures.held > 0 || figures.stage.kind === "hold"
      ? row("held", [{ name: "sessions", text: formatCount(figures.held), trouble: false }])
      : []),
    ...(figures.background === undefined ? [] : row("background", backgroundItems(figures))),
    ...row("round trip", quantileItems(figures.run), "ms"),
    ...(figures.stage.kind === "load" ? row("  last second", quantileItems(figures.lastSecond), "ms") : []),
    ...(figures.stage.kind === "load" ? row("starts/s", rateItems(figures)) : []),
    ...healthLines(figures, width, paint),
    ...machineTexts(figures).map((text) => truncate(printable(text), width)),
  ];
  const spare = height - lines.length;
  return [...lines, ...trendLines(trend, spare, width, paint)].slice(0, Math.max(1, height));
}

/** Lines of one sparkline, where there is room for them. */
const SPARKLINE_ROWS = 3;
/** Its label beside it: "p99, 1,234 ms  ". */
const LEAST_WIDTH = 40;

/** Rate and p99 second by second, with what the top of each is. */
function trendLines(trend: readonly TrendPoint[], spare: number, width: number, paint: Paint): readonly string[] {
  const rows = Math.min(SPARKLINE_ROWS, Math.floor((spare - 1) / 2));
  if (trend.length < 2 || rows < 1 || width < LEAST_WIDTH) return [];
  const seconds = Math.min(trend.length, width - LABEL_WIDTH);
  const shown = trend.slice(-seconds);
  const chart = (
    name: string,
    values: readonly (number | null)[],
    text: (top: number) => string,
  ): readonly string[] => {
    const top = Math.max(0, ...values.map((value) => value ?? 0));
    const labels = [name, `up to ${text(top)}`, `last ${seconds} s`];
    return drawSparkline(values, { width: seconds, rows, top }).map(
      (line, row) =>
        paint("dim", padTo(truncate(labels[row] ?? "", LABEL_WIDTH - 1), LABEL_WIDTH)) + paint("cyan", line.trimEnd()),
    );
  };
  return [
    "",
    ...chart(
      "starts/s",
      shown.map(({ rate }) => rate),
      formatRate,
    ),
    ...chart(
      "p99, ms",
      shown.map(({ p99 }) => p99),
      formatMs,
    ),
  ];
}

function titleLine(figures: LiveFigures, width: number, paint: Paint): string {
  const elapsed = elapsedText(figures);
  const stage = truncate(printable(figures.stageText), Math.max(1, width - elapsed.length - 2));
  const space = width - displayWidth(stage) - elapsed.length;
  return space < 2 ? paint("bold", stage) : paint("bold", stage) + " ".repeat(space) + paint("dim", elapsed);
}

/** A bar with what is done of what, and the time that is left; without a count only the time. */
function progressLine(figures: LiveFigures, width: number, paint: Paint): readonly string[] {
  const progress = progressOf(figures);
  const left = remainingText(figures);
  if (progress === undefined) return left === "" ? [] : [truncate(left, width)];
  const share = progress.of === 0 ? 0 : Math.min(1, progress.done / progress.of);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const count = `${formatCount(progress.done)} of ${formatCount(progress.of)}`;
  // In a narrow terminal the texts give way, the last first.
  const texts = [[percent, count, left], [percent, count], [percent]].map((parts) =>
    parts.filter((part) => part !== "").join(GAP),
  );
  const text = texts.find((each) => width - each.length - 2 >= LEAST_BAR) ?? percent;
  const barWidth = Math.max(0, width - text.length - 2);
  const full = Math.round(share * barWidth);
  const bar = paint("green", "━".repeat(full)) + paint("dim", "─".repeat(barWidth - full));
  return [barWidth === 0 ? truncate(text, width) : `${bar}  ${text}`];
}

/** Items in a row behind a label, or below it where there is little space; those that do not fit go on in the next line. */
function layItems(label: string, items: readonly Item[], unit: string, width: number, paint: Paint): readonly string[] {
  const beside = width >= ROOM_FOR_LABELS;
  const inset = beside ? LABEL_WIDTH : Math.min(2, width - 1);
  const rows = packItems(items, width - inset).map((row) => paintItems(row, width - inset, paint));
  const margin = " ".repeat(inset);
  const named = unit === "" ? label : `${label}, ${unit}`;
  if (!beside) return [paint("dim", truncate(named, width)), ...rows.map((row) => margin + row)];
  return rows.map((row, index) => (index === 0 ? paint("dim", padTo(named, LABEL_WIDTH)) : margin) + row);
}

function packItems(items: readonly Item[], space: number): readonly (readonly Item[])[] {
  const rows: Item[][] = [];
  let used = Infinity;
  for (const item of items) {
    const size = displayWidth(plainItem(item));
    const row = rows.at(-1);
    if (row !== undefined && used + GAP.length + size <= space) {
      row.push(item);
      used += GAP.length + size;
    } else {
      rows.push([item]);
      used = size;
    }
  }
  return rows;
}

function paintItems(row: readonly Item[], space: number, paint: Paint): string {
  const painted = row.map((item) => {
    if (displayWidth(plainItem(item)) > space) return truncate(plainItem(item), space);
    return `${paint("dim", item.name)} ${paint(item.trouble ? ["yellow", "bold"] : "bold", item.text)}`;
  });
  return painted.join(GAP);
}

const plainItem = ({ name, text }: Item): string => `${name} ${text}`;

function healthLines(figures: LiveFigures, width: number, paint: Paint): readonly string[] {
  const inset = width >= ROOM_FOR_LABELS ? LABEL_WIDTH : 0;
  const label = inset === 0 ? "" : paint("dim", padTo("generator", LABEL_WIDTH));
  const look = GRADE_LOOKS[figures.health.grade];
  const lines = wrapText(printable(healthText(figures)), width - inset);
  return lines.map((line, index) => (index === 0 ? label : " ".repeat(inset)) + paint(look, line));
}
