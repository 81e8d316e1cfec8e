import { createInterface } from "node:readline";
import { Writable } from "node:stream";
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

/** A line of text; `hidden`: it is not shown while it is typed. Undefined: there is no terminal to ask at, or no answer. */
export function askText(
  { stdin, stderr }: Pick<Io, "stdin" | "stderr">,
  question: string,
  hidden: boolean,
): Promise<string | undefined> {
  if (stdin?.isTTY !== true || stderr.isTTY !== true) return Promise.resolve(undefined);
  // As a terminal of its own the interface echoes what is typed by itself, here into nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface(hidden ? { input: stdin, output: nowhere, terminal: true } : { input: stdin });
  stderr.write(question);
  return new Promise((resolve) => {
    lines.once("line", (answer) => {
      resolve(answer.trim());
      lines.close();
    });
    // A terminal of its own takes Ctrl-C for itself: there it is no answer.
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (hidden) stderr.write("\n");
      resolve(undefined);
    });
  });
}
