import type { Entry } from "../model/entry.ts";
import type { Shard } from "../model/ports.ts";
import type { RunFacts } from "../model/run-facts.ts";
import type { Us } from "../model/units.ts";

/** First line of a journal: which run, which part of it, on which machine. */
export interface JournalHeader {
  readonly kind: "header";
  readonly version: 1;
  readonly runId: string;
  readonly planHash: string;
  readonly shard: Shard;
  /** ISO 8601, wall clock of this generator at the start of its journal. */
  readonly startedAt: string;
  readonly rollcall: string;
  readonly node: string;
  readonly machine: RunFacts["machine"];
  readonly simulated: boolean;
  /** Name of the worker that ran it; absent where the run was on one machine. */
  readonly worker?: string;
}

/** Last line; a journal without it is that of a generator that crashed. */
export interface JournalFooter {
  readonly kind: "footer";
  readonly state: "complete" | "interrupted";
  readonly at: Us;
  /** Entries between header and footer. */
  readonly entries: number;
  /** Entries that a write error kept out of the file, and the error; absent where there was none. */
  readonly lost?: number;
  readonly error?: string;
}

/** Entries that a journal keeps: all but the credentials. */
export type JournalEntry = Exclude<Entry, { kind: "issued" }>;

/** A line that is not whole. */
export interface TornLine {
  readonly kind: "torn";
  /** At the end of the file and without an end, as a crash leaves it; any other was damaged later. */
  readonly cutOff: boolean;
  /** 1 for the first line of the file. */
  readonly line: number;
  readonly text: string;
}

export type JournalLine = JournalHeader | JournalEntry | JournalFooter | TornLine;

/**
 * Whose names are read. A name takes as long as a fifth of its line, and of a device that was provisioned, or is connected in
 * the roll call, a report says none.
 */
export type NamesOf = "all" | "the failed";
