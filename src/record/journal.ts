import { EXIT, RollcallError } from "../model/error.ts";
import type { Shard } from "../model/ports.ts";
import type { Us } from "../model/units.ts";
import { parseJournalLine } from "./journal-check.ts";
import type { JournalEntry, JournalFooter, JournalHeader, JournalLine } from "./journal-line.ts";
import { createLineFile, type Loss, type WriteBytes } from "./line-file.ts";
import { readLines } from "./read-lines.ts";
import { OWN_FILE } from "./whole-file.ts";
import { jsonText } from "../writing/json-text.ts";

/** The source of truth of one generator: everything that happened, one line each, in order. */
export interface Journal {
  /** Never throws; ignored after `finish`, as no line may follow the footer. */
  add(entry: JournalEntry): void;
  /** What was added so far is in the file when it returns. */
  flush(): void;
  /** Writes the footer; `at` is now. */
  finish(state: JournalFooter["state"], at: Us): void;
  /** False: the disk took something no more. */
  keepsAll(): boolean;
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
  const file = createLineFile({ path, mode: OWN_FILE, write, before });
  let entries = 0;
  let finished = false;
  file.add(jsonText(header));
  file.flush();

  return {
    failed: file.failed,
    keepsAll: () => file.keepsAll(),
    add(entry) {
      if (finished) return;
      entries += 1;
      // Hand-written concatenation was measured and is no faster than this.
      file.add(jsonText(entry));
      // A claim holds only if it is in the file before its devices start.
      if (entry.kind === "claimed") file.flush();
    },
    flush: () => file.flush(),
    finish(state, at) {
      if (finished) return;
      finished = true;
      file.close((loss) => jsonText(footer({ kind: "footer", state, at, entries }, loss)));
    },
  };
}

function footer(whole: JournalFooter, loss: Loss | undefined): JournalFooter {
  if (loss === undefined) return whole;
  return { ...whole, entries: whole.entries - loss.lines, lost: loss.lines, error: loss.error };
}

/** Whose journal a file must be. */
export interface JournalOwner {
  readonly runId: string;
  readonly shard: Shard;
}

/**
 * Every line of a journal, in batches; a line that cannot be read is reported as torn, wherever it is. Throws RollcallError
 * "damaged-file" where there is no such file or it is that of another run or generator than `owner`, and "file-version".
 */
export async function* readJournalBatches(path: string, owner?: JournalOwner): AsyncGenerator<readonly JournalLine[]> {
  let number = 0;
  for await (const { lines, torn } of readLines(path)) {
    const batch: JournalLine[] = [];
    for (const text of lines) {
      number += 1;
      const line = parseJournalLine(text, number);
      if (line.kind === "other-version") throw otherVersion(path, line.version);
      if (line.kind === "header" && owner !== undefined) requireOwn(line, path, owner);
      batch.push(line);
    }
    if (torn !== undefined) batch.push({ kind: "torn", cutOff: true, line: number + 1, text: torn });
    yield batch;
  }
}

/** As `readJournalBatches`, line by line. */
export async function* readJournal(path: string): AsyncGenerator<JournalLine> {
  for await (const batch of readJournalBatches(path)) yield* batch;
}

function requireOwn({ runId, shard }: JournalHeader, path: string, owner: JournalOwner): void {
  const { index, count } = owner.shard;
  if (runId === owner.runId && shard.index === index && shard.count === count) return;
  throw new RollcallError(
    "damaged-file",
    `${path} is not the journal of generator ${index} of ${count} of run ${owner.runId}: its first line says generator ${shard.index} of ${shard.count} of run ${jsonText(runId)}.`,
    "Take the file from a copy of the run's folder, or put it where it belongs.",
    EXIT.usage,
  );
}

function otherVersion(path: string, version: number): RollcallError {
  return new RollcallError(
    "file-version",
    `${path} is the journal of a generator of version ${version}; this rollcall reads version 1.`,
    "Use the rollcall that wrote it.",
    EXIT.usage,
  );
}
