import { EXIT, RollcallError } from "../model/error.ts";
import type { Us } from "../model/units.ts";
import {
  type JournalEntry,
  type JournalFooter,
  type JournalHeader,
  type JournalLine,
  parseJournalLine,
} from "./journal-line.ts";
import { createLineFile, type Loss, type WriteBytes } from "./line-file.ts";
import { readLines } from "./read-lines.ts";

const MODE = 0o644;

/** The source of truth of one generator: everything that happened, one line each, in order. */
export interface Journal {
  /** Never throws; ignored after `finish`, as no line may follow the footer. */
  add(entry: JournalEntry): void;
  /** Writes the footer; `at` is now. */
  finish(state: JournalFooter["state"], at: Us): void;
  readonly failed: Promise<Error>;
}

export interface JournalOptions {
  readonly path: string;
  readonly header: JournalHeader;
  /** See LineFileOptions. */
  readonly write?: WriteBytes | undefined;
  readonly before?: (() => void) | undefined;
}

/** Creates the file and writes its header at once. Throws RollcallError "results-file". */
export function createJournal({ path, header, write, before }: JournalOptions): Journal {
  const file = createLineFile({ path, mode: MODE, write, before });
  let entries = 0;
  let finished = false;
  file.add(JSON.stringify(header));
  file.flush();

  return {
    failed: file.failed,
    add(entry) {
      if (finished) return;
      entries += 1;
      // Hand-written concatenation was measured and is no faster than this.
      file.add(JSON.stringify(entry));
      // A claim holds only if it is in the file before its devices start.
      if (entry.kind === "claimed") file.flush();
    },
    finish(state, at) {
      if (finished) return;
      finished = true;
      file.close((loss) => JSON.stringify(footer({ kind: "footer", state, at, entries }, loss)));
    },
  };
}

function footer(whole: JournalFooter, loss: Loss | undefined): JournalFooter {
  if (loss === undefined) return whole;
  return { ...whole, entries: whole.entries - loss.lines, lost: loss.lines, error: loss.error };
}

/** Every line of a journal, in batches; a torn line is reported as such, wherever it is. */
export async function* readJournalBatches(path: string): AsyncGenerator<readonly JournalLine[]> {
  let number = 0;
  for await (const { lines, torn } of readLines(path)) {
    const batch: JournalLine[] = [];
    for (const text of lines) {
      number += 1;
      batch.push(checkVersion(parseJournalLine(text, number), path));
    }
    if (torn !== undefined) batch.push({ kind: "torn", cutOff: true, line: number + 1, text: torn });
    yield batch;
  }
}

/** As `readJournalBatches`, line by line. */
export async function* readJournal(path: string): AsyncGenerator<JournalLine> {
  for await (const batch of readJournalBatches(path)) yield* batch;
}

function checkVersion(line: JournalLine, path: string): JournalLine {
  if (line.kind !== "header" || line.version === 1) return line;
  throw new RollcallError(
    "journal-version",
    `${path} has journal version ${String(line.version)}; this rollcall reads version 1.`,
    "Use the rollcall that wrote this run.",
    EXIT.usage,
  );
}
