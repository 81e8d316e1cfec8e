import { formatCount } from "../writing/notation.ts";
import type { OutputStream } from "./streams.ts";

/** Without a terminal, so many lines in all. */
const LINES = 10;

/** Shows how far something long has come: in place on a terminal, else a line now and then. */
export function createProgress(stderr: OutputStream, what: string): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    if (stderr.isTTY === true) {
      stderr.write(`\r${what}: ${formatCount(done)} of ${formatCount(of)}${done === of ? "\n" : ""}`);
      return;
    }
    const step = of === 0 ? LINES : Math.floor((done * LINES) / of);
    if (step <= shown) return;
    shown = step;
    if (done > 0) stderr.write(`${what}: ${formatCount(done)} of ${formatCount(of)}\n`);
  };
}
