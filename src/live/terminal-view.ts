import type { Writable } from "node:stream";
import { createLogUpdate } from "log-update";
import type { View } from "../model/live.ts";
import { printable, wrapText } from "../writing/text-width.ts";
import { drawFrame } from "./frame.ts";
import { createTrend } from "./trend.ts";

/** A terminal: its size is read for each frame, as it may change. */
export interface TerminalStream extends Writable {
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalViewDeps {
  readonly output: TerminalStream;
  readonly color: boolean;
  /** Stands above the figures of every frame. */
  readonly heading?: string | undefined;
}

const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;
/** Beyond this a line is a long way for the eye. */
const WIDEST = 100;

/**
 * A block redrawn in place with each update; notes stay above it. The block is gone after `close`: the report follows.
 * The cursor is left alone, so that a program which dies leaves the terminal as it was.
 */
export function createTerminalView({ output, color, heading }: TerminalViewDeps): View {
  const block = createLogUpdate(output, { showCursor: true, defaultWidth: USUAL_WIDTH, defaultHeight: USUAL_HEIGHT });
  const trend = createTrend();
  let frame = "";
  /** Lines of the block. */
  let shown = 0;
  let closed = false;

  return {
    update(figures) {
      if (closed) return;
      trend.add(figures);
      // A full last column would wrap in some terminals, and the block would no longer be where it is believed to be.
      const width = Math.max(1, Math.min(WIDEST, output.columns ?? USUAL_WIDTH) - 1);
      const height = Math.max(1, (output.rows ?? USUAL_HEIGHT) - 2);
      const above = heading === undefined ? [] : [...wrapText(printable(heading), width), ""];
      const figuresHeight = Math.max(1, height - above.length);
      const lines = [
        ...above,
        ...drawFrame(figures, { color, width, height: figuresHeight, trend: trend.points }),
      ].slice(-height);
      // Between blocks of different heights log-update would leave the lines that both end with where they were.
      if (lines.length !== shown) block.clear();
      shown = lines.length;
      frame = lines.join("\n");
      block(frame);
    },
    note(text) {
      if (!closed) block.clear();
      output.write(`${printable(text)}\n`);
      if (!closed && frame !== "") block(frame);
    },
    close() {
      if (closed) return;
      closed = true;
      block.clear();
      block.done();
    },
  };
}
