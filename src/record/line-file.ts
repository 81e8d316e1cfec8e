import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";

const FLUSH_AFTER_MS = 200;
const FLUSH_AT_CHARACTERS = 64 * 1_024;
const NEWLINE = 10;

/** Writes some of `bytes` and returns how many; throws as `fs.writeSync` does. */
export type WriteBytes = (file: number, bytes: Uint8Array) => number;

/** What a write error kept out of the file. */
export interface Loss {
  readonly lines: number;
  readonly error: string;
}

export interface LineFileOptions {
  readonly path: string;
  readonly mode: number;
  readonly write?: WriteBytes | undefined;
  /** Called before lines are written: what must be in another file first. */
  readonly before?: (() => void) | undefined;
}

/**
 * A file that only grows, by whole lines. `add` puts the line into a buffer that is written after 200 ms or 64 KB,
 * so its size is bounded. The writes are synchronous on purpose: their order is the order of the lines whatever
 * kills the process, and a disk that stalls shows in the generator's own event-loop delay instead of in memory.
 */
export interface LineFile {
  /** `line` without its newline. Never throws; after a write error lines are only counted. */
  add(line: string): void;
  flush(): void;
  /** False: there was a write error. */
  keepsAll(): boolean;
  /** Flushes, adds a last line if there is one (also after a write error, if the disk lets it), closes. */
  close(last?: (loss: Loss | undefined) => string): void;
  /** Resolves with the first write error; pending otherwise. */
  readonly failed: Promise<Error>;
}

/** Creates the file (it must not exist). Throws RollcallError "results-file". */
export function createLineFile({ path, mode, write = writeSync, before }: LineFileOptions): LineFile {
  const file = openNew(path, mode);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let closed = false;
  let broken: Error | undefined;
  let buffer = "";
  let size = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Writes all of `bytes`, or cuts the file back to its last whole line and throws. */
  function writeAll(bytes: Uint8Array): void {
    let written = 0;
    try {
      while (written < bytes.length) written += write(file, bytes.subarray(written));
      size += bytes.length;
    } catch (error) {
      const whole = written === 0 ? 0 : bytes.lastIndexOf(NEWLINE, written - 1) + 1;
      lost += countLines(bytes.subarray(whole));
      size += whole;
      cutTo(file, size);
      throw error;
    }
  }

  function breakDown(error: unknown): void {
    broken ??= error instanceof Error ? error : new Error(String(error));
    fail(broken);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (buffer === "") return;
    before?.();
    const bytes = Buffer.from(buffer);
    buffer = "";
    try {
      writeAll(bytes);
    } catch (error) {
      breakDown(error);
    }
  }

  return {
    failed,
    add(line) {
      if (closed || broken !== undefined) {
        lost += 1;
        return;
      }
      buffer += `${line}\n`;
      if (buffer.length >= FLUSH_AT_CHARACTERS) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
    flush,
    keepsAll: () => broken === undefined,
    close(last) {
      if (closed) return;
      flush();
      closed = true;
      try {
        const loss = broken === undefined ? undefined : { lines: lost, error: broken.message };
        if (last !== undefined) writeAll(Buffer.from(`${last(loss)}\n`));
      } catch (error) {
        breakDown(error);
      }
      closeSync(file);
    },
  };
}

function openNew(path: string, mode: number): number {
  try {
    return openSync(path, "wx", mode);
  } catch (error) {
    const reason = reasonOf(error);
    const hint = "Give a results folder that exists, can be written to and does not hold this run yet.";
    throw new RollcallError("results-file", `Cannot create ${path}: ${reason}`, hint, EXIT.usage, error);
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines += 1;
  return lines;
}

/** A half-written line is worth less than the room it takes; best effort, as the disk is in trouble already. */
function cutTo(file: number, size: number): void {
  try {
    ftruncateSync(file, size);
  } catch {
    // The reader copes with a torn line.
  }
}
