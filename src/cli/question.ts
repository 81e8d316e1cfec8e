import { createInterface } from "node:readline";
import type { Io } from "./streams.ts";

/** Asks a person. Anything but a yes is a no; undefined: there is no terminal to ask at. */
export function ask({ stdin, stderr }: Pick<Io, "stdin" | "stderr">, question: string): Promise<boolean | undefined> {
  if (stdin?.isTTY !== true || stderr.isTTY !== true) return Promise.resolve(undefined);
  // Without a terminal of its own: Ctrl-C stays a signal, and the line is the terminal's to edit.
  const lines = createInterface({ input: stdin });
  stderr.write(question);
  return new Promise((resolve) => {
    lines.once("line", (answer) => {
      resolve(/^\s*y(?:es)?\s*$/i.test(answer));
      lines.close();
    });
    // The end of the input is no answer, and after one it changes nothing.
    lines.once("close", () => resolve(false));
  });
}
