import type { Entry } from "../model/entry.ts";
import type { Clock, Shard, Sink } from "../model/ports.ts";
import { createIntervalTally, type Interval } from "./interval-tally.ts";
import { createJournal } from "./journal-writer.ts";
import type { JournalFooter, JournalHeader } from "./journal-line.ts";
import type { WriteBytes } from "./line-file.ts";
import type { PhaseMeters } from "./phase-meters.ts";
import { createPhaseTally } from "./phase-tally.ts";
import { createRoster } from "./roster.ts";
import { journalPath, rosterPath } from "./shard-files.ts";

/** Where one generator's entries go: credentials to its roster, the rest to its journal, a tally for the live view. */
export interface Recorder extends Sink {
  takeInterval(): Interval;
  /** What was issued so far is in the roster when it returns. */
  flushRoster(): void;
  /** All that was added is in the files when it returns: for a process that ends without a footer. */
  flush(): void;
  /** Flushes, writes the footer, closes; what is added later is ignored. */
  finish(state: JournalFooter["state"]): Promise<void>;
  /** As `finish("interrupted")` unless finished already. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly folder: string;
  readonly shard: Shard;
  readonly header: JournalHeader;
  readonly clock: Clock;
  /** A threshold may stop the run: each phase is told by itself. */
  readonly byPhase?: boolean;
  /** How bytes get into a file; for tests of a disk that fails. */
  readonly write?: WriteBytes;
  /** Counts for metrics; absent: none are asked for. */
  readonly meters?: PhaseMeters | undefined;
}

/** Creates journal and roster in `folder`. Throws RollcallError "results-file". */
export function createRecorder(options: RecorderOptions): Recorder {
  const { folder, shard, header, clock, write, meters, byPhase = false } = options;
  const roster = createRoster(rosterPath(folder, shard.index), write);
  // A device that the journal calls provisioned must be in the roster, whatever kills the process.
  const before = (): void => roster.flush();
  const journal = createJournal({ path: journalPath(folder, shard.index), header, write, before });
  const tally = createIntervalTally(byPhase ? createPhaseTally() : undefined);

  async function finish(state: JournalFooter["state"]): Promise<void> {
    roster.close();
    journal.finish(state, clock.now());
  }

  return {
    failed: Promise.race([journal.failed, roster.failed]),
    keepsAll: () => journal.keepsAll(),
    takeInterval: () => tally.take(),
    add(entry: Entry) {
      tally.add(entry);
      if (entry.kind === "outcome") meters?.add(entry.outcome);
      if (entry.kind === "issued") roster.add(entry);
      else journal.add(entry);
    },
    flushRoster: () => roster.flush(),
    flush() {
      roster.flush();
      journal.flush();
    },
    finish,
    close: () => finish("interrupted"),
  };
}
