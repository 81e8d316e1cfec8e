import { EXIT, RollcallError } from "../model/error.ts";
import type { Shard } from "../model/ports.ts";
import { parseJournalLine } from "./journal-check.ts";
import type { JournalHeader, JournalLine, NamesOf } from "./journal-line.ts";
import { createQuickJournalLine } from "./quick-journal-line.ts";
import { linesOf, readLines } from "./read-lines.ts";
import { jsonText } from "../writing/json-text.ts";

/** Whose journal a file must be. */
export interface JournalOwner {
  readonly runId: string;
  readonly shard: Shard;
}

/**
 * Every line of a journal, in batches; a line that cannot be read is reported as torn, wherever it is. `namesOf`: a name is
 * undefined where nobody asks for it, if the line has the usual form. Throws RollcallError
 * "damaged-file" where there is no such file or it is that of another run or generator than `owner`, and "file-version".
 */
export async function* readJournalBatches(
  path: string,
  owner?: JournalOwner,
  namesOf: NamesOf = "all",
): AsyncGenerator<readonly JournalLine[]> {
  const quick = createQuickJournalLine(namesOf);
  let number = 0;
  for await (const read of readLines(path)) {
    const parse = (text: string, place: number): JournalLine => {
      const line = parseJournalLine(text, number + place + 1);
      if (line.kind === "other-version") throw otherVersion(path, line.version);
      if (line.kind === "header" && owner !== undefined) requireOwn(line, path, owner);
      return line;
    };
    const batch = linesOf<JournalLine>(read, parse, quick);
    number += batch.length;
    const { torn } = read;
    if (torn !== undefined) batch.push({ kind: "torn", cutOff: true, line: number + 1, text: torn.toString("utf8") });
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
