import { countInWords } from "../writing/quantities.ts";
import { warn } from "./output.ts";

/** Without a terminal, so many lines in all. */
const LINES = 10;

/** Shows on standard error how far something long has come: in place on a terminal, else a line now and then. */
export function createProgress(what: string): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${what}: ${countInWords(done)} of ${countInWords(of)}${done === of ? "\n" : ""}`);
      return;
    }
    const step = of === 0 ? LINES : Math.floor((done * LINES) / of);
    if (step <= shown) return;
    shown = step;
    if (done > 0) warn(`${what}: ${countInWords(done)} of ${countInWords(of)}`);
  };
}
