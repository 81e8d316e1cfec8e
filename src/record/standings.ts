import { endsByTime } from "../model/devices-of.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Phase } from "../model/plan.ts";
import { type Seq, seq } from "../model/units.ts";
import {
  createJournalCondition,
  isBeginning,
  type JournalCondition,
  noteAttempt,
  noteLine,
  noteOutcome,
  notePhaseEnd,
  type Soundness,
  soundnessOf,
} from "./journal-condition.ts";
import type { JournalEntry, JournalLine } from "./journal-line.ts";
import { hasLostItsEnd } from "./lost-end.ts";

/**
 * What a run knows of one device. Ledger, unknown devices, reconcile, cleanup and resume go by this and by nothing else.
 *
 * "told": it has its credentials. "rejected": the server said no. "failed": it has no credentials, and cannot exist.
 * "unknown": it failed, and may exist. "dropped": the in-flight cap kept it from starting. "open": it has no result and
 * cannot exist. "doubtful": it has no result and may exist.
 */
export type Standing = "told" | "rejected" | "failed" | "unknown" | "dropped" | "open" | "doubtful";

/** By rank: where a device has two outcomes, which is a fault, the one counts that says more of what may exist. */
const CODES = ["none", "open", "dropped", "rejected", "failure", "failed", "unknown", "doubtful", "told"] as const;
type Code = (typeof CODES)[number];

/** Which devices there are, and which generator has each: seq modulo `generators`. */
export interface Shares {
  readonly phases: readonly (Pick<Phase, "firstSeq" | "devices"> & Partial<Pick<Phase, "shape">>)[];
  readonly generators: number;
}

/** Every device's standing in a byte, and the condition of each journal. */
export interface Standings {
  readonly shares: Shares;
  readonly journals: Map<number, JournalCondition>;
  /** By seq, from the first of the run on: index into CODES. */
  codes: Uint8Array;
  /** By seq, of those that tried more than once: see `TRIES`. Undefined: nobody did. */
  tries: Uint16Array | undefined;
  readonly firstSeq: number;
}

/** The number of the last attempt in the upper bits; in the lower, a bit for each attempt that left and was not answered. */
const TRIES = { last: 11, unanswered: (1 << 11) - 1 } as const;

export function createStandings(shares: Shares): Standings {
  const firstSeq = Math.min(...shares.phases.map((phase) => phase.firstSeq));
  const end = Math.max(...shares.phases.map((phase) => phase.firstSeq + phase.devices));
  const size = shares.phases.length === 0 ? 0 : end - firstSeq;
  return { shares, journals: new Map(), codes: new Uint8Array(size), tries: undefined, firstSeq };
}

/** Takes the next line of a generator's journal; false: it counts for nothing, in no figure. */
export function takeLine(standings: Standings, generator: number, line: JournalLine): line is JournalEntry {
  const condition = conditionIn(standings, generator);
  if (!noteLine(condition, line)) return false;
  if (line.kind === "phase-end") {
    const phase = standings.shares.phases[line.phase];
    const known = phase !== undefined && endsByTime(phase) && isOwn(standings.shares, generator, line.phase, line.next);
    return notePhaseEnd(condition, line, known);
  }
  if (line.kind !== "outcome" && line.kind !== "attempt") return true;
  const { outcome } = line;
  const isOver = outcome.seq >= (condition.endedAt.get(outcome.phase) ?? Infinity);
  if (isOver || !isOwn(standings.shares, generator, outcome.phase, outcome.seq)) {
    condition.foreign += 1;
    return false;
  }
  if (line.kind === "attempt") return noteAttempt(condition, outcome);
  const place = outcome.seq - standings.firstSeq;
  const known = standings.codes[place] ?? 0;
  noteOutcome(condition, outcome, known !== 0);
  standings.codes[place] = Math.max(known, CODES.indexOf(codeOf(outcome)));
  if (outcome.attempt !== undefined) {
    standings.tries ??= new Uint16Array(standings.codes.length);
    const unanswered = outcome.attempt.unanswered.reduce((bits, each) => bits | (1 << (each - 1)), 0);
    standings.tries[place] = (outcome.attempt.number << TRIES.last) | unanswered;
  }
  return true;
}

function isOwn(shares: Shares, generator: number, phase: number, each: Seq): boolean {
  return each % shares.generators === generator && phaseOf(shares, each) === phase;
}

/** Its roster is there: the generator has begun, and what it wrote of that is gone. */
export function noteMissing(standings: Standings, generator: number): void {
  conditionIn(standings, generator).missing = true;
}

/** Adds what was read of other journals of the same run; each journal is read into one of both. */
export function mergeStandings(into: Standings, from: Standings): void {
  for (const [place, code] of from.codes.entries()) {
    if (code > (into.codes[place] ?? 0)) into.codes[place] = code;
  }
  if (from.tries !== undefined) {
    into.tries ??= new Uint16Array(into.codes.length);
    for (const [place, tried] of from.tries.entries()) if (tried !== 0) into.tries[place] = tried;
  }
  for (const [generator, condition] of from.journals) into.journals.set(generator, condition);
}

/** Index into the plan's phases; -1: there is no such device. */
export function phaseOf({ phases }: Shares, each: Seq): number {
  for (let index = 0; index < phases.length; index += 1) {
    const phase = phases[index];
    if (phase !== undefined && each >= phase.firstSeq && each < phase.firstSeq + phase.devices) return index;
  }
  return -1;
}

/** How many devices generator `index` has to report: of a phase that ended by time, those that were started before. */
export function shareIn(standings: Standings, index: number): number {
  const { phases, generators } = standings.shares;
  return phases.reduce((sum, { firstSeq }, phase) => {
    const before = (limit: number): number => Math.ceil((limit - index) / generators);
    return sum + before(endOf(standings, index, phase)) - before(firstSeq);
  }, 0);
}

/** How many devices all generators have to report. */
export function plannedIn(standings: Standings): number {
  const { generators } = standings.shares;
  return Array.from({ length: generators }, (_, index) => shareIn(standings, index)).reduce(
    (sum, each) => sum + each,
    0,
  );
}

/** The first seq past those that a phase asked of a generator. */
function endOf(standings: Standings, generator: number, index: number): number {
  const phase = standings.shares.phases[index];
  if (phase === undefined) return 0;
  const { firstSeq, devices } = phase;
  const condition = conditionOf(standings, generator);
  const ended = condition.endedAt.get(index);
  if (ended !== undefined) return ended;
  // One that a crash cut off has claimed what it had started, and nothing more was asked of it.
  const cut = endsByTime(phase) && isBeginning(condition);
  if (cut) return Math.min(firstSeq + devices, Math.max(firstSeq, condition.claimedThrough + 1));
  return hasLostItsEnd(standings.shares, condition, index)
    ? lastReported(standings, generator, index) + standings.shares.generators
    : firstSeq + devices;
}

/** The last of a generator's devices in a phase that has an outcome; before the first where none has. */
function lastReported({ shares, codes, firstSeq }: Standings, generator: number, index: number): number {
  const phase = shares.phases[index];
  if (phase === undefined) return 0;
  const { generators } = shares;
  const before = phase.firstSeq + ((generator - (phase.firstSeq % generators) + generators) % generators) - generators;
  let last = before + Math.ceil((phase.firstSeq + phase.devices - before) / generators) * generators;
  while (last > before && (codes[last - firstSeq] ?? 0) === 0) last -= generators;
  return last;
}

/** The condition of a journal that is not there: nothing was read. */
export function conditionOf({ journals }: Standings, generator: number): JournalCondition {
  return journals.get(generator) ?? createJournalCondition();
}

export function soundnessIn(standings: Standings, generator: number): Soundness {
  return soundnessOf(conditionOf(standings, generator), shareIn(standings, generator));
}

/** One device of the plan. */
export interface Stand {
  readonly seq: Seq;
  readonly standing: Standing;
  /** By a line of its own. */
  readonly reported: boolean;
  /** Rejected with the status FAILURE, which does not prove that it was not made. */
  readonly failure: boolean;
  /** Of one that tried again: its last attempt, and those that left and were not answered. Absent: it did not, or has no outcome. */
  readonly tries?: { readonly last: number; readonly unanswered: readonly number[] };
}

/**
 * Every device of the plan, in order, with what is known of it; not those that a phase had no time for. `only`: of these standings,
 * which most devices do not have.
 */
export function* eachStanding(standings: Standings, only?: readonly Standing[]): Iterable<Stand> {
  const { shares, codes, firstSeq } = standings;
  const silence = Array.from({ length: shares.generators }, (_, index) => silenceOf(standings, index));
  for (const [index, phase] of shares.phases.entries()) {
    const ends = silence.map((_, generator) => endOf(standings, generator, index));
    const end = Math.max(...ends);
    for (let each: number = phase.firstSeq; each < end; each += 1) {
      if (each >= (ends[each % shares.generators] ?? 0)) continue;
      const code = CODES[codes[each - firstSeq] ?? 0] ?? "none";
      const reported = code !== "none";
      const failure = code === "failure";
      const told = failure ? "rejected" : code;
      const standing = told === "none" ? (silence[each % shares.generators]?.(each) ?? "doubtful") : told;
      if (only !== undefined && !only.includes(standing)) continue;
      const stand = { seq: seq(each), standing, reported, failure };
      yield standings.tries === undefined ? stand : { ...stand, ...triesOf(standings, each - firstSeq) };
    }
  }
}

/** Attempts whose name may be on the server though no client was told, of a fleet that asks for a name of its own in each of up to `most`. */
export function untoldAttempts({ standing, reported, tries }: Stand, most: number): readonly number[] {
  if (!reported && standing === "doubtful") return Array.from({ length: most }, (_, index) => index + 1);
  if (tries !== undefined) return tries.unanswered;
  return standing === "unknown" || standing === "doubtful" ? [1] : [];
}

function triesOf({ tries }: Standings, place: number): Pick<Stand, "tries"> {
  const tried = tries?.[place] ?? 0;
  if (tried === 0) return {};
  const unanswered: number[] = [];
  for (let number = 1, bits = tried & TRIES.unanswered; bits !== 0; number += 1, bits >>= 1) {
    if ((bits & 1) === 1) unanswered.push(number);
  }
  return { tries: { last: tried >> TRIES.last, unanswered } };
}

/** Devices of which no line says what became of them. */
export function countUnreported(standings: Standings): number {
  return [...standings.journals.values()].reduce((left, { outcomes }) => left - outcomes, plannedIn(standings));
}

/** What becomes of a device without an outcome: claims are in the file before their devices start, if all of it can be believed. */
function silenceOf(standings: Standings, generator: number): (each: number) => "open" | "doubtful" {
  if (soundnessIn(standings, generator) === "damaged") return () => "doubtful";
  const { claimedThrough } = conditionOf(standings, generator);
  return (each) => (each <= claimedThrough ? "doubtful" : "open");
}

function conditionIn({ journals }: Standings, generator: number): JournalCondition {
  let condition = journals.get(generator);
  if (condition === undefined) {
    condition = createJournalCondition();
    journals.set(generator, condition);
  }
  return condition;
}

function codeOf({ result, attempt }: Outcome): Exclude<Code, "none"> {
  switch (result.state) {
    case "provisioned":
      return "told";
    case "rejected":
      // Asked before, and not answered: it is there, or may be, and its credentials are lost.
      if (attempt !== undefined && attempt.unanswered.length > 0) return "unknown";
      return result.status === "FAILURE" ? "failure" : "rejected";
    case "failed":
      return result.unknown ? "unknown" : "failed";
    case "aborted":
      // A stop is no result: what it kept from an answer may be asked for again, unless it may exist.
      return result.unknown ? "doubtful" : "open";
    case "dropped":
      return result.reason === "interrupted" ? "open" : "dropped";
  }
}
