import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isJournalLine } from "../../../src/record/journal-check.ts";
import { givenPlan, wholeJournal } from "../../support/journal-text.ts";
import { journalLineSchema } from "../../../src/record/journal-schema.ts";
import { times } from "../../support/times.ts";

const KEPT = join(import.meta.dirname, "../../golden/runs-0.1.0");
const linesOf = (name: string): readonly unknown[] =>
  readFileSync(join(KEPT, name), "utf8")
    .split("\n")
    .flatMap((line): unknown[] => (line.endsWith("}") ? [JSON.parse(line)] : []));
const KEPT_LINES = ["whole/journal-0.ndjson", "whole/journal-1.ndjson", "killed/journal-1.ndjson"].flatMap(linesOf);
/** Of devices that try again. */
const TRIES = wholeJournal({ ...givenPlan(4, 1), generators: 1 }, 0, {
  block: 4,
  inFlight: 1,
  resultOf: (each) => ({ state: "failed", kind: "answer-timeout", detail: "", unknown: each > 0 }),
  triesOf: (each) =>
    [undefined, { number: 3, unanswered: [2] }, { number: 1, unanswered: [1], cut: "stopped" } as const][each],
}).lines.map((line): unknown => JSON.parse(line));
/** Of devices that log in at several places. */
const LOGIN = {
  seq: 3,
  name: "rc-3",
  started: 7,
  marks: { connected: 8 },
  peer: "10.0.0.2",
  source: "10.0.0.11",
  ended: 9,
  when: "after",
  place: "10.0.0.2:1883",
  issuedAt: "10.0.0.1:1883",
  verdict: { state: "connected" },
};
const LOGINS: readonly unknown[] = [
  { kind: "roll-call", entry: { ...LOGIN, more: 2 } },
  { kind: "roll-call", entry: { ...LOGIN, device: { state: "refused", code: 5, reason: "5 not authorised" } } },
  {
    kind: "roll-call",
    entry: {
      ...LOGIN,
      marks: { admitted: 8, proved: 9 },
      verdict: { state: "mute", kind: "answer-timeout", detail: "" },
    },
  },
  { kind: "negative-control", result: "refused", detail: "5", place: "10.0.0.2:1883" },
];
const RECONNECT = {
  kind: "reconnect",
  entry: {
    seq: 3,
    name: "given-3",
    lost: 1_000,
    number: 2,
    intended: 2_000,
    started: 2_001,
    marks: { connected: 2_002, admitted: 2_003 },
    peer: "127.0.0.1",
    source: "127.0.0.2",
    place: "tb:1883",
    ended: 2_004,
    verdict: { state: "connected" },
  },
};
/** Of a device whose answer was watched, at one of several places. */
const WATCHED = {
  kind: "outcome",
  outcome: {
    seq: 3,
    name: "rc-3",
    phase: 0,
    intended: 7,
    started: 7,
    marks: { connected: 8, sent: 9, answered: 20 },
    unread: 4,
    peer: "10.0.0.2",
    place: "10.0.0.2:1883",
    ended: 21,
    result: { state: "provisioned", credentialsType: "MQTT_BASIC" },
  },
};
const HOLD = {
  kind: "hold",
  hold: { duration: 9, sessions: 1, stayed: 0, lost: [{ reason: "reset", count: 1 }], notBack: 0 },
};
/** Of a device whose local address was chosen. */
const SOURCED = {
  kind: "outcome",
  outcome: {
    seq: 3,
    phase: 0,
    intended: 7,
    started: 7,
    marks: {},
    source: "fe80::1%eth0",
    ended: 9,
    result: { state: "failed", kind: "connect-timeout", detail: "", unknown: false },
  },
};
const LINES = [...KEPT_LINES, ...TRIES, ...LOGINS, ...LOGINS, WATCHED, SOURCED, RECONNECT, HOLD];

/** Every place in a value at which another one can stand. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesOf(part, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], rest, by) };
}

const stray = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, {}, [], "", "told", true, -1, 0, 0.5, 7, 1e18, -1e18, NaN, Infinity),
  fc.constantFrom<unknown>("provisioned", "rejected", "failed", "aborted", "dropped", "connected", "refused", "inline"),
  fc.constantFrom<unknown>("FAILURE", "NOT_FOUND", "in-flight-cap", "answer-timeout", "wrong-key", "MQTT_BASIC"),
);

it("every line that 0.1.0 wrote is one", () => {
  expect(KEPT_LINES.filter((line) => !isJournalLine(line))).toEqual([]);
  expect(KEPT_LINES.length).toBeGreaterThan(80);
});

it("every line of a device that tries again is one", () => {
  expect([...TRIES, SOURCED, RECONNECT, HOLD].filter((line) => !isJournalLine(line))).toEqual([]);
  expect(TRIES.filter((line) => JSON.stringify(line).includes('"kind":"attempt"'))).toHaveLength(3);
});

it("every line of a device that logs in at several places is one", () => {
  expect(LOGINS.filter((line) => !isJournalLine(line))).toEqual([]);
});

it("the check by hand says of every changed line what the published schema says", () => {
  const changed = fc
    .constantFrom(...LINES)
    .chain((line) => fc.record({ line: fc.constant(line), place: fc.constantFrom(...placesOf(line)), by: stray }));
  fc.assert(
    fc.property(changed, ({ line, place, by }) => {
      const value = replaced(line, place, by);
      expect(isJournalLine(value)).toBe(journalLineSchema.safeParse(value).success);
    }),
    { numRuns: times(3_000) },
  );
});
