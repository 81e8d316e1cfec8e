import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Issued } from "../../../src/model/entry.ts";
import { FAILURE_KINDS, REJECTION_STATUSES, STAGES } from "../../../src/model/outcome.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { identityHash } from "../../../src/record/credential-identity.ts";
import { parseJournalLine } from "../../../src/record/journal-check.ts";
import type { JournalEntry } from "../../../src/record/journal-line.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { createQuickJournalLine } from "../../../src/record/quick-journal-line.ts";
import { createQuickIdentity, createQuickIssued } from "../../../src/record/quick-roster-line.ts";
import { parseRosterLine, rosterLine } from "../../../src/record/roster-line.ts";
import { readIdentityHashes, readRoster } from "../../../src/record/roster.ts";
import { jsonText } from "../../../src/writing/json-text.ts";
import { collect } from "../../unit/record/samples.ts";
import { anyText } from "../../support/any-text.ts";
import { times } from "../../support/times.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const folder = testFolder();
const KEPT = readFileSync(join(import.meta.dirname, "../../golden/runs-0.1.0/whole/journal-0.ndjson"), "utf8");

const usualText = fc.stringMatching(/^[ !#-[\]-~]{0,30}$/);
const text = fc.oneof({ weight: 20, arbitrary: usualText }, { weight: 1, arbitrary: anyText() });
const time = fc.oneof(
  { weight: 30, arbitrary: fc.nat() },
  { weight: 10, arbitrary: fc.nat({ max: 2 ** 43 }) },
  { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.nat({ max: 2 ** 50 }) },
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Marks in the order in which they came. */
function marksOf(stages: readonly string[]): fc.Arbitrary<object> {
  const order = fc.oneof(fc.constant([...stages]), fc.shuffledSubarray([...stages]));
  return order.chain((those) =>
    fc.array(time, { minLength: those.length, maxLength: those.length }).map((times) => {
      return Object.fromEntries(those.map((stage, index) => [stage, times[index]]));
    }),
  );
}

const failure = { kind: fc.constantFrom(...FAILURE_KINDS), detail: text };
const result = fc.oneof(
  fc.record({
    state: fc.constant("provisioned"),
    credentialsType: fc.constantFrom("MQTT_BASIC", "ACCESS_TOKEN", "X509_CERTIFICATE", "LWM2M_CREDENTIALS"),
  }),
  fc.record({ state: fc.constant("failed"), ...failure, unknown: fc.boolean() }),
  fc.record({ state: fc.constant("rejected"), status: fc.constantFrom(...REJECTION_STATUSES), message: text }),
  fc.record({ state: fc.constant("dropped"), reason: fc.constantFrom("in-flight-cap", "interrupted") }),
  fc.record({ state: fc.constant("aborted"), unknown: fc.boolean() }),
);
const outcome = fc.record({
  seq: fc.nat(),
  name: some(text),
  phase: fc.nat({ max: 3 }),
  intended: time,
  started: some(time),
  marks: marksOf(STAGES),
  unread: some(time),
  peer: some(fc.constantFrom("127.0.0.1", "::1", "127.0.0.2", "x".repeat(100), "x".repeat(101))),
  source: some(fc.constantFrom("127.0.0.3", "fe80::1%eth0", "x".repeat(101))),
  place: some(fc.constantFrom("a:1883", "b:1883")),
  ended: time,
  result,
});
const verdict = fc.oneof(
  fc.constant({ state: "connected" }),
  fc.constant({ state: "uncalled" }),
  fc.record({ state: fc.constant("unreachable"), ...failure }),
  fc.record({ state: fc.constant("refused"), code: fc.oneof(fc.nat(), fc.double()), reason: text }),
);
const login = fc.record({
  seq: fc.nat(),
  name: some(text),
  started: time,
  marks: marksOf(["connected", "admitted", "proved"]),
  peer: some(fc.constantFrom("127.0.0.1", "::1")),
  source: some(fc.constantFrom("127.0.0.3", "fe80::1%eth0")),
  ended: time,
  verdict,
  when: fc.constantFrom("after", "inline"),
  place: some(text),
  issuedAt: some(text),
  more: some(fc.constant(2)),
});
const journalLine = fc.oneof(
  { weight: 4, arbitrary: outcome.map((each) => jsonText({ kind: "outcome", outcome: each })) },
  { weight: 3, arbitrary: login.map((entry) => jsonText({ kind: "roll-call", entry })) },
  { weight: 1, arbitrary: fc.constantFrom(...KEPT.trimEnd().split("\n")) },
);

const credentials = fc.oneof(
  fc.record({ type: fc.constant("ACCESS_TOKEN" as const), token: text.map((clear) => new Secret(clear)) }),
  fc.record({
    type: fc.constant("MQTT_BASIC" as const),
    clientId: some(text),
    username: some(text),
    password: some(text.map((clear) => new Secret(clear))),
  }),
  fc.constant({ type: "LWM2M_CREDENTIALS" as const }),
);
const issued = fc.record({ seq: fc.nat().map(seq), name: some(text), credentials });
const rosterText = fc.record({ issued, place: some(text) }).map(({ issued: each, place }) => {
  return rosterLine(place === undefined ? each : { ...each, place });
});

/** What a bad disk or an editor makes of a line: bytes changed, put in, taken out, written twice. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    take: fc.constantFrom(0, 1, 1, 2, 9),
    put: fc.oneof(fc.uint8Array({ maxLength: 2 }), fc.constantFrom('"', ",", "0", "-", "\\", "}", " ", "9".repeat(9))),
  }),
  { minLength: 1, maxLength: 2 },
);
const damages = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damage });
const damaged = (lines: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(lines, damages).map(([line, all]) => {
    let bytes = Buffer.from(line);
    for (const { at, take, put } of all) {
      const from = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + take)]);
    }
    return Buffer.concat([bytes, Buffer.from("\n")]);
  });

/** Of a device that was provisioned, or is connected, no report says the name. */
function withoutNeedlessName(line: JournalEntry | undefined): JournalEntry | undefined {
  if (line?.kind === "outcome" && line.outcome.result.state === "provisioned") {
    return { ...line, outcome: { ...line.outcome, name: undefined } };
  }
  if (line?.kind === "roll-call" && line.entry.verdict.state === "connected") {
    return { ...line, entry: { ...line.entry, name: undefined } };
  }
  return line;
}

describe("a line of a journal read from its bytes", () => {
  it("is what JSON and the schema say, whatever is in it, or is left to them", () => {
    const quick = createQuickJournalLine();
    let read = 0;
    fc.assert(
      fc.property(fc.array(damaged(journalLine), { minLength: 1, maxLength: 4 }), (lines) => {
        const bytes = Buffer.concat(lines);
        for (let from = 0; from < bytes.length;) {
          const end = bytes.indexOf("\n", from);
          const entry = quick.read(bytes, from);
          const whole = parseJournalLine(bytes.toString("utf8", from, end), 1);
          if (entry !== undefined) read += 1;
          expect(entry ?? whole).toEqual(whole);
          expect(entry === undefined ? end + 1 : quick.next()).toBe(end + 1);
          from = end + 1;
        }
      }),
      { numRuns: times(2_000) },
    );
    expect(read).toBeGreaterThan(times(500));
  });

  it("has the names of devices that failed, and all else of the others, where only those are asked for", () => {
    const all = createQuickJournalLine();
    const failed = createQuickJournalLine("the failed");
    fc.assert(
      fc.property(damaged(journalLine), (line) => {
        expect(failed.read(line, 0)).toEqual(withoutNeedlessName(all.read(line, 0)));
        expect(failed.next()).toBe(all.next());
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read so where rollcall wrote it of a device that had nothing special", () => {
    const quick = createQuickJournalLine();
    const usual = KEPT.trimEnd()
      .split("\n")
      .filter((line) => /^\{"kind":"(outcome|roll-call)"/.test(line) && !/"aborted"|misbehaviour|attempt/.test(line));
    expect(usual.length).toBeGreaterThan(20);
    expect(usual.filter((line) => quick.read(Buffer.from(`${line}\n`), 0) === undefined)).toEqual([]);
  });

  it("stands where it stood in a file whose lines are longer than the pieces in which it is read", async () => {
    const path = join(folder, "journal-0.ndjson");
    const long = jsonText({ kind: "negative-control", result: "refused", detail: "x".repeat(700_000) });
    const [usual = ""] = KEPT.split("\n").filter((line) => line.includes('"kind":"outcome"'));
    const many = Array.from({ length: 4_000 }, () => usual);
    const lines = [...many, long, "torn ž", ...many, long, usual];
    writeFileSync(path, `${lines.join("\n")}\n${usual.slice(0, 20)}`);
    const read = await collect(readJournal(path));
    const torn = { kind: "torn", cutOff: true, line: lines.length + 1, text: usual.slice(0, 20) };
    expect(read).toEqual([...lines.map((line, index) => parseJournalLine(line, index + 1)), torn]);
  });
});

describe("a line of a roster, read from its bytes", () => {
  it("is what its text is, or is left to it", async () => {
    const quick = { issued: createQuickIssued(), identity: createQuickIdentity() };
    const path = join(folder, "roster-0.ndjson");
    const read = { issued: 0, identity: 0 };
    await fc.assert(
      fc.asyncProperty(damaged(rosterText), async (bytes) => {
        // One line of a roster alone.
        if (bytes.indexOf("\n") !== bytes.length - 1) return;
        const whole = parseRosterLine(bytes.toString());
        const issued = quick.issued.read(bytes, 0);
        const end = quick.issued.next();
        if (issued !== undefined) read.issued += 1;
        expect([inClear(issued ?? whole), issued === undefined ? bytes.length : end]).toEqual([
          inClear(whole),
          bytes.length,
        ]);
        if (quick.identity.read(bytes, 0) !== undefined) read.identity += 1;
        writeFileSync(path, bytes);
        const all = await collect(readRoster(path)).catch(() => undefined);
        const hashes = await collect(readIdentityHashes([{ path }])).catch(() => undefined);
        expect(all?.map(inClear)).toEqual(whole && [inClear(whole)]);
        expect(hashes?.flat()).toEqual(whole && [identityHash(whole.credentials)]);
      }),
      { numRuns: times(400) },
    );
    expect(Math.min(read.issued, read.identity)).toBeGreaterThan(times(80));
  });

  it("is read so where rollcall wrote it of a device with a token or with basic credentials", () => {
    const quick = createQuickIssued();
    const [token, password] = [new Secret("t0"), new Secret("p0")];
    const usual = [
      { type: "ACCESS_TOKEN", token },
      { type: "MQTT_BASIC", clientId: "c0", username: "u0", password },
      { type: "MQTT_BASIC", clientId: undefined, username: "u0", password: undefined },
    ] as const;
    for (const each of usual) {
      const device = { seq: seq(7), name: "device-7", credentials: each, place: "a:1883" };
      const bytes = Buffer.from(`${rosterLine(device)}\n`);
      expect(inClear(quick.read(bytes, 0))).toEqual(inClear(device));
    }
  });
});

/** With its secrets, which no comparison sees otherwise. */
function inClear(issued: Issued | undefined): string | undefined {
  return issued && rosterLine(issued);
}
