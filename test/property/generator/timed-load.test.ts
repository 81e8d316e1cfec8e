import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../../src/model/summary.ts";
import type { JournalLine } from "../../../src/record/journal-line.ts";
import { eachStanding } from "../../../src/record/standings.ts";
import { createJournalFold } from "../../../src/summary/journal-fold.ts";
import { ledgerOf } from "../../../src/summary/ledger.ts";
import { planFacts } from "../../../src/summary/plan-facts.ts";
import { createRunTally } from "../../../src/summary/run-tally.ts";
import { type HarnessRun, runHarness } from "../../support/shard-harness.ts";
import { header } from "../../unit/record/samples.ts";
import { times } from "../../support/times.ts";

const timed = (devices: number): string =>
  `{ name: timed, closed: { concurrency: 6 }, duration: 50ms, devices: ${devices} }`;

const runs = fc.record({
  generators: fc.integer({ min: 1, max: 3 }),
  behind: fc.boolean(),
  rollCall: fc.constantFrom("after", "inline"),
  latency: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 5 }),
  drainAt: fc.option(fc.integer({ min: -500, max: 80_000 }), { nil: undefined }),
});

/** What each generator of a run did, and its journal. */
async function generate({ generators, behind, rollCall, latency, drainAt }: Given, ceiling = 80) {
  const second = behind ? ", { name: behind, constant: { rate: 1000/s }, devices: 20 }" : "";
  const shards: { readonly run: HarnessRun; readonly lines: readonly JournalLine[] }[] = [];
  for (let index = 0; index < generators; index += 1) {
    const run = await runHarness({
      scenario: `load: [${timed(ceiling)}${second}]\nrollCall: ${rollCall}\ngenerators: ${generators}`,
      shard: { index, count: generators },
      latency: (seq) => latency[seq % latency.length] ?? 0,
      ...(drainAt === undefined ? {} : { drainAt }),
    });
    const entries = run.entries.filter((entry) => entry.kind !== "issued");
    const state = run.end === "complete" ? "complete" : "interrupted";
    const footer = { kind: "footer", state, at: run.clock.now(), entries: entries.length } as const;
    shards.push({ run, lines: [header(index, generators), ...entries, footer] });
  }
  return shards;
}

type Given = typeof runs extends fc.Arbitrary<infer T> ? T : never;

function fold(shards: Awaited<ReturnType<typeof generate>>, lines: (index: number) => readonly JournalLine[]) {
  const [first] = shards;
  if (first === undefined) throw new Error("there is a generator");
  const facts = planFacts(first.run.plan, 1);
  const tally = createRunTally(facts);
  for (const index of shards.keys()) lines(index).forEach(createJournalFold(facts, tally, index));
  return { ledger: ledgerOf(facts, tally), standings: [...eachStanding(tally.standings)], condition: tally.standings };
}

const balances = ({ planned, started, dropped, unreported }: Ledger): void =>
  expect(planned).toBe(started + dropped + unreported);

describe("a closed load with a duration, whatever the server and the stops", () => {
  it("starts nothing after its time, has one outcome for what it started, and balances", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (given) => {
        const shards = await generate(given);
        for (const { run } of shards) {
          const own = run.outcomes.filter(({ phase }) => phase === 0);
          for (const { started, result } of own) {
            expect(started).toBeLessThan(50_000);
            expect(result.state).not.toBe("dropped");
          }
          const ends = run.entries.filter((entry) => entry.kind === "phase-end");
          const highest = Math.max(-1, ...own.map(({ seq }) => seq));
          expect(ends.every(({ next }) => next > highest && next < 80)).toBe(true);
          // Without a line of its end, it has used up what it may.
          expect(
            ends.length === 1 || own.length === run.plan.phases[0]?.devices || highest + given.generators >= 80,
          ).toBe(true);
          expect(run.mostInFlight).toBeLessThanOrEqual(20);
        }
        // What it had no time for is not planned, and is in no figure.
        const { ledger, standings } = fold(shards, (index) => shards[index]?.lines ?? []);
        const outcomes = shards.flatMap(({ run }) => run.outcomes);
        balances(ledger);
        expect(ledger).toMatchObject({ planned: outcomes.length, unreported: 0, imbalances: [] });
        expect(standings.map(({ seq }) => seq)).toEqual(outcomes.map(({ seq }) => seq).toSorted((a, b) => a - b));
      }),
      { numRuns: times(15) },
    );
  });

  it("loses sight of no device that a killed generator may have started, and claims no more than it could", async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(), async (given, cut) => {
        const shards = await generate(given);
        const left = (index: number): readonly JournalLine[] => {
          const lines = shards[index]?.lines ?? [];
          return index === 0 ? lines.slice(0, cut % lines.length) : lines;
        };
        const { ledger, standings } = fold(shards, left);
        balances(ledger);
        const told = new Set(standings.map(({ seq }) => seq));
        const begun = left(0).reduce((most, line) => (line.kind === "claimed" ? line.through : most), -1);
        const mayExist = (shards[0]?.run.outcomes ?? []).filter(
          ({ seq, started }) => started !== undefined && seq <= begun,
        );
        expect(mayExist.filter(({ seq }) => !told.has(seq))).toEqual([]);
        expect(ledger.planned).toBeLessThanOrEqual(100);
      }),
      { numRuns: times(15) },
    );
  });

  it("is not believed where its end names a device that was started, or none of its own", async () => {
    const shards = await generate({
      generators: 2,
      behind: false,
      rollCall: "after",
      latency: [20_000],
      drainAt: undefined,
    });
    const ends = [1, 3, 160, 7].map((next) => ({ kind: "phase-end", phase: 0, next }) as unknown as JournalLine);
    for (const end of ends) {
      const spoilt = (shards[0]?.lines ?? []).map((line) => (line.kind === "phase-end" ? end : line));
      const { ledger } = fold(shards, (index) => (index === 0 ? spoilt : (shards[1]?.lines ?? [])));
      balances(ledger);
      expect(ledger.imbalances.join()).toContain("damaged line");
      expect(ledger.unreported).toBeGreaterThan(0);
    }
  });

  it("accounts for every device where the line of its end alone is damaged, and for all that it may have where another one is as well", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.nat(), async (generators, pick) => {
        const shards = await generate(
          { generators, behind: false, rollCall: "after", latency: [20_000], drainAt: undefined },
          1_000,
        );
        const torn = { kind: "torn", cutOff: false } as unknown as JournalLine;
        const lines = shards[0]?.lines ?? [];
        const whole = fold(shards, (index) => shards[index]?.lines ?? []).ledger;
        const endless = lines.map((line) => (line.kind === "phase-end" ? torn : line));
        const { ledger } = fold(shards, (index) => (index === 0 ? endless : (shards[index]?.lines ?? [])));
        const started = lines.flatMap((line) => (line.kind === "outcome" ? [line.outcome.seq] : []));
        expect(ledger).toMatchObject({ planned: whole.planned, unreported: 0, provisioned: whole.provisioned });
        expect(ledger.imbalances.join()).toContain("damaged line");
        const places = lines.flatMap((line, at) => (line.kind === "outcome" || line.kind === "claimed" ? [at] : []));
        const worse = endless.map((line, at) => (at === places[pick % places.length] ? torn : line));
        const { standings } = fold(shards, (index) => (index === 0 ? worse : (shards[index]?.lines ?? [])));
        const told = new Set(standings.map(({ seq }) => seq));
        expect(started.filter((seq) => !told.has(seq))).toEqual([]);
      }),
      { numRuns: times(12) },
    );
  });
});
