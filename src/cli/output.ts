/**
 * Standard output and error. A reader that goes away (`rollcall … | head`) ends the printing, never the run: what it
 * would have read is in the run's folder.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** Resolves when the text has left, so that an exit right after it cuts nothing off a pipe. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, () => resolve());
  });
}

export function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}
