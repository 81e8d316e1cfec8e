import type { Outcome, RollCallEntry } from "../model/outcome.ts";
import type { Seq } from "../model/units.ts";
import type { JournalEntry, JournalFooter, JournalHeader, JournalLine } from "./journal-line.ts";
import { addSeq, createSeqSet, hasSeq, type SeqSet } from "./seq-set.ts";

/** What one generator's journal shows of itself while it is read from its first line to its last. */
export interface JournalCondition {
  header: JournalHeader | undefined;
  footer: JournalFooter | undefined;
  /** Entries read; the footer says how many there should be. */
  entries: number;
  /** Outcomes of the generator's own devices, each counted once. */
  outcomes: number;
  linesAfterFooter: number;
  /** Lines that cannot be read, but for one at the end that a crash cut off. */
  damagedLines: number;
  /** The last line has no end, as a crash leaves it. */
  cutOff: boolean;
  /** Outcomes of devices that belong to another generator, or to no phase. */
  foreign: number;
  /** Outcomes of devices that have one already. */
  doubled: number;
  /** Other lines that say again what was said already: nothing is written twice. */
  repeated: number;
  /** Devices that were started, though no claim was read that covers them: a claim was lost. */
  unclaimed: number;
  /** Highest seq that it may have started; -1: none. */
  claimedThrough: number;
  /** By phase, of those that end by time: the first of its devices that was not started. */
  readonly endedAt: Map<number, Seq>;
  /** When the last of its devices ended, in microseconds of the run, of those that can have taken as long as is said; -Infinity: none did. */
  lastEnded: number;
  /** When it last wrote that it lived. */
  lastAlive: number;
  /** The generator's roster is there, and its journal is not. */
  missing: boolean;
  /** For finding what is said twice. */
  readonly said: Said;
}

interface Said {
  readonly called: SeqSet;
  /** Of devices that are to try again: their attempts up to now. */
  readonly tried: Map<Seq, number>;
  /** Devices between two of their logins, with how many were to follow: as many as log in at once. */
  readonly calling: Map<Seq, number>;
  phase: number;
  /** Highest seq with an outcome. */
  highest: number;
  health: number;
  /** By place; "" where there is one. */
  readonly controls: Set<string>;
  holds: number;
}

/**
 * "whole": it ends with its footer and says of itself that nothing is missing. "cut": it is a beginning of a whole one, as
 * a crash leaves it. "damaged": lines are lost, torn, doubled or changed, or the disk took no more: what it does not say
 * is not known, and its claims may be among what is lost.
 */
export type Soundness = "whole" | "cut" | "damaged";

export function createJournalCondition(): JournalCondition {
  return {
    header: undefined,
    footer: undefined,
    entries: 0,
    outcomes: 0,
    linesAfterFooter: 0,
    damagedLines: 0,
    cutOff: false,
    foreign: 0,
    doubled: 0,
    repeated: 0,
    unclaimed: 0,
    claimedThrough: -1,
    endedAt: new Map(),
    lastEnded: -Infinity,
    lastAlive: -Infinity,
    missing: false,
    said: {
      called: createSeqSet(),
      tried: new Map(),
      calling: new Map(),
      phase: -1,
      highest: -1,
      health: -Infinity,
      controls: new Set(),
      holds: 0,
    },
  };
}

/** It is a beginning of a whole journal, as a crash leaves it: what it says is so, and its claims are all there. */
export function isBeginning(condition: JournalCondition): boolean {
  return condition.footer === undefined && soundnessOf(condition, 0) === "cut";
}

/** The one rule of what makes a journal whole. `share`: how many devices the plan gives its generator. */
export function soundnessOf(condition: JournalCondition, share: number): Soundness {
  const { header, footer, entries, outcomes, linesAfterFooter, damagedLines, cutOff } = condition;
  const { foreign, doubled, repeated, unclaimed } = condition;
  if (condition.missing) return "damaged";
  const flaws = linesAfterFooter + damagedLines + foreign + doubled + repeated + unclaimed;
  if (flaws > 0 || (header === undefined && (entries > 0 || footer !== undefined))) return "damaged";
  // A journal that came over a bus may lack its end, and with it claims of devices that exist.
  if (footer === undefined) return header?.worker === undefined ? "cut" : "damaged";
  const complete = footer.lost === undefined && footer.entries === entries && !cutOff;
  // A generator that ran to its end has an outcome for each of its devices; one that a bug ended has not.
  return complete && (footer.state === "interrupted" || outcomes === share) ? "whole" : "damaged";
}

/** It begins and ends as the journal of a generator that was not killed, and the disk took all of it. */
export function hasEnd({ header, footer }: JournalCondition): boolean {
  return header !== undefined && footer !== undefined && footer.lost === undefined;
}

/** Takes the next line; false: it counts for nothing. Outcomes are noted by `noteOutcome`, attempts by `noteAttempt`, ends of phases by `notePhaseEnd`. */
export function noteLine(condition: JournalCondition, line: JournalLine): line is JournalEntry {
  if (condition.footer !== undefined) {
    condition.linesAfterFooter += 1;
    return false;
  }
  switch (line.kind) {
    case "torn":
      if (line.cutOff) condition.cutOff = true;
      else condition.damagedLines += 1;
      return false;
    case "header":
      if (condition.header !== undefined) condition.repeated += 1;
      condition.header ??= line;
      return false;
    case "footer":
      condition.footer = line;
      return false;
    case "claimed":
      if (line.through <= condition.claimedThrough) condition.repeated += 1;
      condition.claimedThrough = Math.max(condition.claimedThrough, line.through);
      break;
    case "outcome":
    case "attempt":
    case "phase-end":
      break;
    case "phase":
    case "roll-call":
    case "negative-control":
    case "hold":
    case "health":
    case "clock":
    case "tempo":
    case "reconnect":
    case "background-login":
    case "background-loss":
    case "messages":
      if (isSaidAgain(condition.said, line)) condition.repeated += 1;
      if (line.kind === "health") condition.lastAlive = Math.max(condition.lastAlive, line.sample.at);
  }
  condition.entries += 1;
  return true;
}

/** No device takes as long, whatever the time-outs are: a line that says so is damaged. */
const LONGEST_DEVICE_US = 3_600_000_000;

/** `again`: there was one of this device before. */
export function noteOutcome(condition: JournalCondition, outcome: Outcome, again: boolean): void {
  if (again) condition.doubled += 1;
  else condition.outcomes += 1;
  condition.said.highest = Math.max(condition.said.highest, outcome.seq);
  if (outcome.result.state === "dropped") return;
  condition.said.tried.delete(outcome.seq);
  noteTimes(condition, outcome);
}

/** `known`: the plan has such a phase, which ends by time, and the device in it. False: it counts for nothing. */
export function notePhaseEnd(
  condition: JournalCondition,
  { phase, next }: Extract<JournalEntry, { kind: "phase-end" }>,
  known: boolean,
): boolean {
  const again = condition.endedAt.has(phase);
  if (again) condition.repeated += 1;
  else if (known && next > condition.said.highest) condition.endedAt.set(phase, next);
  // It speaks of a device that was started, or of none of its own.
  else condition.damagedLines += 1;
  return !again;
}

/** After it the device is to try again; false: it counts for nothing, since it was said before. */
export function noteAttempt(condition: JournalCondition, outcome: Outcome): boolean {
  const { tried } = condition.said;
  const number = outcome.attempt?.number ?? 1;
  const again = number <= (tried.get(outcome.seq) ?? 0);
  if (again) condition.repeated += 1;
  else tried.set(outcome.seq, number);
  noteTimes(condition, outcome);
  return !again;
}

function noteTimes(condition: JournalCondition, { seq, started, attempt, ended }: Outcome): void {
  if (seq > condition.claimedThrough) condition.unclaimed += 1;
  const took = ended - (attempt?.started ?? started ?? ended);
  if (ended > condition.lastEnded && took <= LONGEST_DEVICE_US) condition.lastEnded = ended;
}

type Single = Exclude<JournalEntry, { kind: "claimed" | "outcome" | "attempt" | "phase-end" }>;

function isSaidAgain(said: Said, entry: Single): boolean {
  switch (entry.kind) {
    case "phase": {
      const again = entry.phase <= said.phase;
      said.phase = entry.phase;
      return again;
    }
    case "roll-call":
      return isCalledAgain(said, entry.entry);
    case "negative-control": {
      const { place = "" } = entry;
      const again = said.controls.has(place);
      said.controls.add(place);
      return again;
    }
    case "hold":
      said.holds += 1;
      return said.holds > 1;
    case "health": {
      const again = entry.sample.at <= said.health;
      said.health = entry.sample.at;
      return again;
    }
    case "clock":
    case "tempo":
    case "reconnect":
    case "background-login":
    case "background-loss":
    case "messages":
      // Two may be of the same microsecond; the footer's count tells of one that is there twice.
      return false;
  }
}

/** A device is called once; of several logins each says how many follow, and the last has the verdict. */
function isCalledAgain({ called, calling }: Said, { seq, more }: RollCallEntry): boolean {
  if (hasSeq(called, seq)) return true;
  if (more === undefined) {
    addSeq(called, seq);
    calling.delete(seq);
    return false;
  }
  const again = more >= (calling.get(seq) ?? Infinity);
  calling.set(seq, more);
  return again;
}
