import { MISBEHAVIOURS } from "../model/device.ts";
import { FAILURE_KINDS, REJECTION_STATUSES, STAGES } from "../model/outcome.ts";
import type { JournalLine } from "./journal-line.ts";
import { LONGEST_ADDRESS, LONGEST_PLACE, LONGEST_RUN_US, MOST_ATTEMPTS, rareLineSchemas } from "./journal-schema.ts";

/** A line of another version is told apart from one that is damaged: it is whole, and not for us. */
export function parseJournalLine(text: string, line: number): JournalLine | OtherVersion {
  try {
    const value: unknown = JSON.parse(text);
    if (isJournalLine(value)) return value;
    if (isOtherVersion(value)) return { kind: "other-version", version: value.version };
  } catch {
    // Not JSON: torn, as below.
  }
  return { kind: "torn", cutOff: false, line, text };
}

/** A header, of a journal that another release wrote. */
export interface OtherVersion {
  readonly kind: "other-version";
  readonly version: number;
}

function isOtherVersion(value: unknown): value is { readonly version: number } {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("version" in value)) return false;
  return value.kind === "header" && typeof value.version === "number" && value.version !== 1;
}

/** How many lines that are checked by a schema have been read. */
let rareLines = 0;
/** Code that is made for a schema takes the time of some hundred lines. */
const PAYS_AFTER = 500;

/**
 * Whether a value is a line of a journal. Outcomes and roll-call entries are nearly all of one, and are held against
 * the rules of journal-schema.ts by hand: a schema library needs several times as long as the parsing. A property test
 * holds both against each other.
 */
export function isJournalLine(value: unknown): value is Exclude<JournalLine, { kind: "torn" }> {
  if (!isRecord(value)) return false;
  const { kind } = value;
  if (kind === "outcome") return isOutcome(value["outcome"]);
  if (kind === "attempt") return isOutcome(value["outcome"]) && isTime(value["again"]);
  if (kind === "roll-call") return isRollCallEntry(value["entry"]);
  if (!isRareKind(kind)) return false;
  rareLines += 1;
  return rareLineSchemas[kind].safeParse(value, { jitless: rareLines < PAYS_AFTER }).success;
}

type Fields = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<unknown> = new Set(FAILURE_KINDS);
const BEHAVIOURS: ReadonlySet<unknown> = new Set([undefined, ...MISBEHAVIOURS]);
const CREDENTIALS: ReadonlySet<unknown> = new Set([
  "ACCESS_TOKEN",
  "MQTT_BASIC",
  "X509_CERTIFICATE",
  "LWM2M_CREDENTIALS",
]);
const STATUSES: ReadonlySet<unknown> = new Set(REJECTION_STATUSES);

function isOutcome(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const {
    seq,
    name,
    phase,
    intended,
    started,
    marks,
    attempt,
    unread,
    ended,
    result,
    misbehaviour,
    peer,
    source,
    place,
  } = value;
  return (
    isCount(seq) &&
    isCount(phase) &&
    isTime(intended) &&
    isTime(ended) &&
    (started === undefined || isTime(started)) &&
    isTextIfAny(name) &&
    isTimeIfAny(unread) &&
    isShortIfAny(peer, LONGEST_ADDRESS) &&
    isShortIfAny(source, LONGEST_ADDRESS) &&
    isShortIfAny(place, LONGEST_PLACE) &&
    BEHAVIOURS.has(misbehaviour) &&
    isRecord(marks) &&
    STAGES.every((stage) => isTimeIfAny(marks[stage])) &&
    (attempt === undefined || isAttempt(attempt)) &&
    isRecord(result) &&
    isResult(result)
  );
}

const CUTS: ReadonlySet<unknown> = new Set([undefined, "stopped", "in-flight-cap"]);

function isAttempt(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { number, intended, started, unanswered, cut } = value;
  return (
    isAttemptNumber(number) &&
    isTime(intended) &&
    isTime(started) &&
    Array.isArray(unanswered) &&
    unanswered.length <= MOST_ATTEMPTS &&
    unanswered.every(isAttemptNumber) &&
    CUTS.has(cut)
  );
}

function isAttemptNumber(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_ATTEMPTS;
}

function isResult({ state, credentialsType, status, message, kind, detail, unknown, reason }: Fields): boolean {
  switch (state) {
    case "provisioned":
      return CREDENTIALS.has(credentialsType);
    case "rejected":
      return STATUSES.has(status) && typeof message === "string";
    case "failed":
      return KINDS.has(kind) && typeof detail === "string" && typeof unknown === "boolean";
    case "aborted":
      return typeof unknown === "boolean";
    case "dropped":
      return reason === "in-flight-cap" || reason === "interrupted";
    default:
      return false;
  }
}

function isRollCallEntry(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { seq, name, started, marks, peer, source, ended, verdict, when, place, issuedAt, more, device } = value;
  return (
    isCount(seq) &&
    isTextIfAny(name) &&
    isTime(started) &&
    isTime(ended) &&
    isShortIfAny(peer, LONGEST_ADDRESS) &&
    isShortIfAny(source, LONGEST_ADDRESS) &&
    (when === "after" || when === "inline") &&
    isShortIfAny(place, LONGEST_PLACE) &&
    isShortIfAny(issuedAt, LONGEST_PLACE) &&
    isRecord(marks) &&
    isTimeIfAny(marks["connected"]) &&
    isTimeIfAny(marks["admitted"]) &&
    isTimeIfAny(marks["proved"]) &&
    (more === undefined || (isCount(more) && more !== 0)) &&
    (device === undefined || (isRecord(device) && isVerdict(device))) &&
    isRecord(verdict) &&
    isVerdict(verdict)
  );
}

function isVerdict({ state, code, reason, kind, detail }: Fields): boolean {
  switch (state) {
    case "connected":
    case "uncalled":
      return true;
    case "refused":
      return typeof code === "number" && Number.isFinite(code) && typeof reason === "string";
    case "unreachable":
    case "mute":
      return KINDS.has(kind) && typeof detail === "string";
    default:
      return false;
  }
}

function isRareKind(kind: unknown): kind is keyof typeof rareLineSchemas {
  return typeof kind === "string" && Object.hasOwn(rareLineSchemas, kind);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTime(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(Number(value)) <= LONGEST_RUN_US;
}

function isTimeIfAny(value: unknown): boolean {
  return value === undefined || isTime(value);
}

function isTextIfAny(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isShortIfAny(value: unknown, longest: number): boolean {
  return value === undefined || (typeof value === "string" && value.length <= longest);
}
