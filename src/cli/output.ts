import { displayWidth, wrapText } from "../writing/text-width.ts";

/**
 * Standard output and error. A reader that goes away (`rollcall … | head`) ends the printing, never the run: what it
 * would have read is in the run's folder. EIO is that of a terminal that was closed.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}

/** Resolves when the text has left, so that an exit right after it cuts nothing off a pipe. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, () => resolve());
  });
}

/** Below this nothing can be read. */
const NARROWEST = 40;

/** To standard error; in a terminal, lines are broken at spaces, and set in as far as they began. */
export function warn(text: string): void {
  const { stderr } = process;
  process.stderr.write(`${stderr.isTTY ? fitted(text, Math.max(NARROWEST, stderr.columns)) : text}\n`);
}

function fitted(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (displayWidth(line) <= width) return [line];
      const margin = /^ */.exec(line)?.[0] ?? "";
      return wrapText(line.slice(margin.length), width - margin.length).map((part) => margin + part);
    })
    .join("\n");
}
