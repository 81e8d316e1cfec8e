import type { Writable } from "node:stream";
import type { LiveFigures, View } from "../model/live.ts";
import { printable } from "../writing/text-width.ts";
import { secondsFromUs } from "../model/units.ts";
import { formatCount } from "../writing/notation.ts";
import {
  backgroundItems,
  elapsedText,
  healthText,
  isCalling,
  type Item,
  machineTexts,
  ofDevices,
  outcomeItems,
  progressOf,
  quantileItems,
  rateItems,
  remainingText,
  retryItems,
  verdictItems,
} from "./figures-text.ts";

export interface PlainViewDeps {
  readonly output: Writable;
}

/** Seconds of run time between two lines. */
const SECONDS_PER_LINE = 5;

/** For logs and pipes: a line at once, one every five seconds of run time, one at the end, and notes as they come. */
export function createPlainView({ output }: PlainViewDeps): View {
  let line = Number.NEGATIVE_INFINITY;
  let unprinted: LiveFigures | undefined;
  let closed = false;
  let done = false;
  let left: Pick<LiveFigures, "stageText" | "remaining"> | undefined;

  const print = (figures: LiveFigures): void => {
    const stalled = left?.stageText === figures.stageText && (figures.remaining ?? 0) >= (left.remaining ?? Infinity);
    output.write(`${lineOf(figures, !stalled)}\n`);
    left = figures;
    done = figures.stage.kind === "done";
    const machines = machineTexts(figures);
    if (machines.length > 0) output.write(`    ${printable(machines.join(" | "))}\n`);
    unprinted = undefined;
  };

  return {
    update(figures) {
      if (closed || done) return;
      unprinted = figures;
      const due = Math.floor(secondsFromUs(figures.at) / SECONDS_PER_LINE);
      if (due <= line) return;
      line = due;
      print(figures);
    },
    note(text) {
      output.write(`${printable(text)}\n`);
    },
    close() {
      closed = true;
      if (unprinted !== undefined) print(unprinted);
    },
  };
}

/** "15 s | load: steady (2 of 2) 48 %, 16 s left | started 1,500, in flight 12 | … | generator valid". */
function lineOf(figures: LiveFigures, withTimeLeft: boolean): string {
  const inLoad = figures.stage.kind === "load";
  const parts = [
    elapsedText(figures),
    stageOf(figures, withTimeLeft),
    `started ${ofDevices(figures.started, figures)}, in flight ${formatCount(figures.inFlight)}`,
    list(outcomeItems(figures)),
    ...(figures.retries === undefined ? [] : [list(retryItems(figures))]),
    ...(inLoad ? [`starts/s ${list(rateItems(figures))}`] : []),
    `round trip ${list(quantileItems(figures.run))} ms`,
    ...(isCalling(figures) ? [list(verdictItems(figures))] : []),
    ...(figures.held > 0 ? [`held ${formatCount(figures.held)}`] : []),
    ...(figures.background === undefined ? [] : [`background ${list(backgroundItems(figures))}`]),
    `generator ${printable(healthText(figures))}`,
  ];
  return parts.join(" | ");
}

/** A time left that does not get less between two lines is no estimate. */
function stageOf(figures: LiveFigures, withTimeLeft: boolean): string {
  const progress = progressOf(figures);
  const share =
    progress === undefined || progress.of === 0 ? "" : ` ${Math.floor((100 * progress.done) / progress.of)} %`;
  const left = withTimeLeft ? remainingText(figures) : "";
  return `${printable(figures.stageText)}${share}${left === "" ? "" : `, ${left}`}`;
}

const list = (items: readonly Item[]): string => items.map(({ name, text }) => `${name} ${text}`).join(", ");
