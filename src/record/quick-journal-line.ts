import type { CredentialsType } from "../model/device.ts";
import {
  FAILURE_KINDS,
  type FailureKind,
  type LoginStage,
  type Outcome,
  REJECTION_STATUSES,
  type Result,
  type RollCallEntry,
  STAGES,
  type Verdict,
} from "../model/outcome.ts";
import { seq, type Us, us } from "../model/units.ts";
import type { Writable } from "../model/writable.ts";
import type { JournalEntry, NamesOf } from "./journal-line.ts";
import { LONGEST_ADDRESS, LONGEST_PLACE, LONGEST_RUN_US } from "./journal-schema.ts";
import { createKnownTexts } from "./known-texts.ts";
import { LineScan, type Word, word } from "./line-scan.ts";
import type { QuickReader } from "./read-lines.ts";

const OUTCOME = word('{"kind":"outcome","outcome":{"seq":');
const ROLL_CALL = word('{"kind":"roll-call","entry":{"seq":');
const END = word("}}\n");
const CLOSE = word("}");
const COMMA = word(",");
const NAME = word(',"name":"');
const PHASE = word(',"phase":');
const INTENDED = word(',"intended":');
const STARTED = word(',"started":');
const MARKS = word(',"marks":{');
const UNREAD = word(',"unread":');
const PEER = word(',"peer":"');
const SOURCE = word(',"source":"');
const PLACE = word(',"place":"');
const ENDED = word(',"ended":');
const DETAIL = word('"detail":"');

const wordsOf = (values: readonly string[], end: string): readonly Word[] => values.map((value) => word(value + end));
const markWords = (stages: readonly string[]): readonly Word[] => stages.map((stage) => word(`"${stage}":`));
const STAGE_WORDS = markWords(STAGES);
const LOGIN_STAGES: readonly LoginStage[] = ["connected", "admitted", "proved"];
const LOGIN_STAGE_WORDS = markWords(LOGIN_STAGES);
/** Every stage; connected and admitted: a bit each. */
const WHOLE = (1 << STAGES.length) - 1;
const LET_IN = 0b11;
const KINDS = wordsOf(FAILURE_KINDS, '",');

const RESULT = word(',"result":{"state":"');
const STATES = [
  word('provisioned","credentialsType":"'),
  word('failed","kind":"'),
  word('rejected","status":"'),
  word('dropped","reason":"'),
];
const CREDENTIALS: readonly CredentialsType[] = ["MQTT_BASIC", "ACCESS_TOKEN", "X509_CERTIFICATE", "LWM2M_CREDENTIALS"];
const CREDENTIALS_TYPES = wordsOf(CREDENTIALS, '"}');
const STATUSES = wordsOf(REJECTION_STATUSES, '","message":"');
const BOOLEANS = wordsOf(["true", "false"], "}");
const UNKNOWN = word(',"unknown":');
const REASONS = ["in-flight-cap", "interrupted"] as const;
const DROP_REASONS = wordsOf(REASONS, '"}');

const VERDICT = word(',"verdict":{"state":"');
const VERDICTS = [word('connected"}'), word('unreachable","kind":"'), word('refused","code":')];
const MOST_CODE = 1_000_000;
const REASON = word(',"reason":"');
const WHEN = word(',"when":"');
const WHENS = ["after", "inline"] as const;
const WHEN_WORDS = wordsOf(WHENS, '"');
const ISSUED_AT = word(',"issuedAt":"');

/**
 * Reads the lines that nearly all of a journal consists of, outcomes and roll-call entries. One that it leaves may be whole, of
 * another kind, damaged. A property test holds what is read against `parseJournalLine`.
 */
export function createQuickJournalLine(namesOf: NamesOf = "all"): QuickReader<JournalEntry> {
  const scan = new LineScan();
  const allNames = namesOf === "all";
  let [nameFrom, nameTo] = [0, 0];
  const peers = createKnownTexts(scan, LONGEST_ADDRESS);
  const sources = createKnownTexts(scan, LONGEST_ADDRESS);
  const places = createKnownTexts(scan, LONGEST_PLACE);
  const reached = new Float64Array(STAGES.length);
  let seen = 0;
  const stageOrder = Uint8Array.from(STAGES.keys());
  const loginOrder = Uint8Array.from(LOGIN_STAGES.keys());

  const time = (): Us => us(scan.count(LONGEST_RUN_US));
  const number = (): number => scan.count(Number.MAX_SAFE_INTEGER);

  function skipName(): void {
    nameFrom = 0;
    if (!scan.has(NAME)) return;
    nameFrom = scan.at;
    scan.skipText();
    nameTo = scan.at - 1;
  }

  /** Of the line that is read, once its result is known. */
  function name(failed: boolean): string | undefined {
    return nameFrom > 0 && scan.isGood && (failed || allNames) ? scan.skipped(nameFrom, nameTo) : undefined;
  }

  /**
   * Behind the opening bracket: when each stage was reached into `reached`, those that were into `seen`. They are written in the
   * order in which they came, nearly always that of the line before.
   */
  function readMarks(words: readonly Word[], order: Uint8Array): void {
    seen = 0;
    if (scan.has(CLOSE)) return;
    let place = 0;
    do {
      const usual = order[place] ?? 0;
      const expected = words[usual];
      const stage = expected !== undefined && scan.has(expected) ? usual : scan.oneOf(words);
      const bit = 1 << stage;
      // What is there twice is for JSON.parse to judge.
      if (!scan.isGood || (seen & bit) !== 0) return void (scan.isGood = false);
      seen |= bit;
      reached[stage] = time();
      order[place] = stage;
      place += 1;
    } while (scan.has(COMMA));
    scan.expect(CLOSE);
  }

  const at = (stage: number): Us => us(reached[stage] ?? Number.NaN);

  function marksOf<S extends string>(stages: readonly S[]): Partial<Record<S, Us>> {
    const marks: Partial<Record<S, Us>> = {};
    for (const [index, stage] of stages.entries()) if ((seen & (1 << index)) !== 0) marks[stage] = at(index);
    return marks;
  }

  /** Those of most devices are whole, and have one form in memory. */
  function stageMarks(): Outcome["marks"] {
    if (seen !== WHOLE) return marksOf(STAGES);
    return {
      connected: at(0),
      accepted: at(1),
      subscribed: at(2),
      sent: at(3),
      acknowledged: at(4),
      answered: at(5),
    };
  }

  function loginMarks(): RollCallEntry["marks"] {
    return seen === LET_IN ? { connected: at(0), admitted: at(1) } : marksOf(LOGIN_STAGES);
  }

  /** Of a failure or an unreachable device: behind the quotation mark. */
  function failure(): { readonly kind: FailureKind; readonly detail: string } {
    const kind = FAILURE_KINDS[scan.oneOf(KINDS)] ?? "internal-error";
    scan.expect(DETAIL);
    return { kind, detail: scan.text() };
  }

  function result(): Result {
    scan.expect(RESULT);
    switch (scan.oneOf(STATES)) {
      case 0:
        return { state: "provisioned", credentialsType: CREDENTIALS[scan.oneOf(CREDENTIALS_TYPES)] ?? "MQTT_BASIC" };
      case 1: {
        const { kind, detail } = failure();
        scan.expect(UNKNOWN);
        return { state: "failed", kind, detail, unknown: scan.oneOf(BOOLEANS) === 0 };
      }
      case 2: {
        const status = REJECTION_STATUSES[scan.oneOf(STATUSES)] ?? "FAILURE";
        const message = scan.text();
        scan.expect(CLOSE);
        return { state: "rejected", status, message };
      }
      default:
        return { state: "dropped", reason: REASONS[scan.oneOf(DROP_REASONS)] ?? "interrupted" };
    }
  }

  function verdict(): Verdict {
    scan.expect(VERDICT);
    switch (scan.oneOf(VERDICTS)) {
      case 1: {
        const { kind, detail } = failure();
        scan.expect(CLOSE);
        return { state: "unreachable", kind, detail };
      }
      case 2: {
        const code = scan.count(MOST_CODE);
        scan.expect(REASON);
        const reason = scan.text();
        scan.expect(CLOSE);
        return { state: "refused", code, reason };
      }
      default:
        return { state: "connected" };
    }
  }

  function outcome(): Outcome {
    const index = seq(number());
    skipName();
    scan.expect(PHASE);
    const phase = number();
    scan.expect(INTENDED);
    const intended = time();
    const started = scan.has(STARTED) ? time() : undefined;
    scan.expect(MARKS);
    readMarks(STAGE_WORDS, stageOrder);
    const marks = stageMarks();
    const unread = scan.has(UNREAD) ? time() : undefined;
    const peer = scan.has(PEER) ? peers.read() : undefined;
    const source = scan.has(SOURCE) ? sources.read() : undefined;
    const place = scan.has(PLACE) ? places.read() : undefined;
    scan.expect(ENDED);
    const ended = time();
    const told = result();
    const found: Writable<Outcome> = {
      seq: index,
      name: name(told.state !== "provisioned"),
      phase,
      intended,
      started,
      marks,
      ended,
      result: told,
      misbehaviour: undefined,
    };
    if (unread !== undefined) found.unread = unread;
    if (peer !== undefined) found.peer = peer;
    if (source !== undefined) found.source = source;
    if (place !== undefined) found.place = place;
    return found;
  }

  function rollCallEntry(): RollCallEntry {
    const index = seq(number());
    skipName();
    scan.expect(STARTED);
    const started = time();
    scan.expect(MARKS);
    readMarks(LOGIN_STAGE_WORDS, loginOrder);
    const marks = loginMarks();
    const peer = scan.has(PEER) ? peers.read() : undefined;
    const source = scan.has(SOURCE) ? sources.read() : undefined;
    scan.expect(ENDED);
    const ended = time();
    const told = verdict();
    scan.expect(WHEN);
    const when = WHENS[scan.oneOf(WHEN_WORDS)] ?? "after";
    const found: Writable<RollCallEntry> = {
      seq: index,
      name: name(told.state !== "connected"),
      started,
      marks,
      ended,
      verdict: told,
      when,
    };
    if (peer !== undefined) found.peer = peer;
    if (source !== undefined) found.source = source;
    if (scan.has(PLACE)) found.place = places.read();
    if (scan.has(ISSUED_AT)) found.issuedAt = places.read();
    return found;
  }

  function read(bytes: Buffer, from: number): JournalEntry | undefined {
    scan.start(bytes, from);
    const entry: JournalEntry | undefined = scan.has(OUTCOME)
      ? { kind: "outcome", outcome: outcome() }
      : scan.has(ROLL_CALL)
        ? { kind: "roll-call", entry: rollCallEntry() }
        : undefined;
    scan.expect(END);
    return scan.isGood ? entry : undefined;
  }

  return { read, next: () => scan.at };
}
