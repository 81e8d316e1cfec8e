import type { Us } from "../model/units.ts";
import type { JournalEntry, JournalFooter, JournalHeader } from "./journal-line.ts";
import { createLineFile, type Loss, type WriteBytes } from "./line-file.ts";
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
