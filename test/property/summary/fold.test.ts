import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import { METRICS } from "../../../src/model/figures.ts";
import type { AttemptSummary } from "../../../src/model/retry-summary.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { deviceVerdict } from "../../../src/model/outcome.ts";
import { us } from "../../../src/model/units.ts";
import { decodeHistogram } from "../../../src/record/histograms.ts";
import { createIntervalTally } from "../../../src/record/interval-tally.ts";
import type { JournalLine } from "../../../src/record/journal-line.ts";
import { createJournalFold } from "../../../src/summary/journal-fold.ts";
import { planFacts } from "../../../src/summary/plan-facts.ts";
import { createRunTally, mergeRunTally, type RunTally } from "../../../src/summary/run-tally.ts";
import { summarise } from "../../../src/summary/summarise.ts";
import { header } from "../../unit/record/samples.ts";
import { type RandomRun, randomRun } from "./random-run.ts";
import { times } from "../../support/times.ts";

const RUNS = { numRuns: times(60) };

function journalOf(entries: readonly Entry[], index: number, count: number): JournalLine[] {
  const lines = entries.filter((entry) => entry.kind !== "issued");
  const footer = { kind: "footer", state: "complete", at: us(0), entries: lines.length } as const;
  return [header(index, count), ...lines, footer];
}

function foldInto(tally: RunTally, { plan }: RandomRun, index: number, lines: readonly JournalLine[]): RunTally {
  lines.forEach(createJournalFold(planFacts(plan, 1), tally, index));
  return tally;
}

function shardsOf(run: RandomRun): RunTally[] {
  return run.entries.map((entries, index) =>
    foldInto(createRunTally(planFacts(run.plan, 1)), run, index, journalOf(entries, index, run.entries.length)),
  );
}

function summaryOf({ plan }: RandomRun, tally: RunTally): Summary {
  const facts = planFacts(plan, 1);
  return summarise(facts, tally, {
    duplicates: { count: 0, groups: [] },
    nameOf: () => undefined,
    server: undefined,
    calibration: undefined,
  });
}

/** Merges tallies into a new one: `mergeRunTally` changes its first argument. */
function merged(run: RandomRun, ...tallies: readonly RunTally[]): RunTally {
  const whole = createRunTally(planFacts(run.plan, 1));
  for (const tally of tallies) mergeRunTally(whole, tally);
  return whole;
}

/** The other itself where it is the same: `toEqual` takes long to walk two large summaries, and no time for one. */
function orSame(one: Summary, other: Summary): Summary {
  return isDeepStrictEqual(one, other) ? other : one;
}

describe("the ledger of any run", () => {
  it("balances", () => {
    fc.assert(
      fc.property(randomRun, (run) => {
        const { ledger, phases, measured, retries, background, sources } = summaryOf(
          run,
          merged(run, ...shardsOf(run)),
        );
        expect(ledger.imbalances).toEqual([]);
        expect(background?.imbalances ?? []).toEqual([]);
        expect(background?.messages.unreported ?? 0).toBe(0);
        expect(ledger.planned).toBe(ledger.started + ledger.dropped + ledger.unreported);
        expect(phases.reduce((sum, { figures }) => sum + figures.started, 0)).toBe(ledger.started);
        expect(measured.provisioned).toBe(phases[1]?.figures.provisioned);
        const fromSources = sources?.reduce((all, { devices }) => all + devices, 0) ?? ledger.started;
        expect(fromSources).toBe(ledger.started);
        if (retries === undefined) return;
        const sum = (of: (each: AttemptSummary) => number): number =>
          (retries?.attempts ?? []).reduce((all, each) => all + of(each), 0);
        expect(retries.attempts[0]?.begun ?? 0).toBe(ledger.started);
        expect(sum(({ provisioned }) => provisioned)).toBe(ledger.provisioned);
        expect(sum(({ rejected }) => rejected)).toBe(ledger.rejected);
        expect(sum(({ failed, toTryAgain, capped }) => failed - toTryAgain + capped)).toBe(ledger.failed);
        expect(sum(({ aborted, stopped }) => aborted + stopped)).toBe(ledger.aborted);
        for (const [index, { toTryAgain, stopped, capped }] of retries.attempts.entries()) {
          expect(toTryAgain).toBe((retries.attempts[index + 1]?.begun ?? 0) + stopped + capped);
        }
      }),
      RUNS,
    );
  });

  it("balances when generators crash anywhere, and no device is lost sight of", () => {
    fc.assert(
      fc.property(randomRun, fc.integer({ min: 0, max: 80 }), (run, cut) => {
        const tally = createRunTally(planFacts(run.plan, 1));
        for (const [index, entries] of run.entries.entries()) {
          foldInto(tally, run, index, journalOf(entries, index, run.entries.length).slice(0, cut));
        }
        const { ledger, run: facts } = summaryOf(run, tally);
        expect(ledger.imbalances).toEqual([]);
        const whole = run.entries.filter((entries) => entries.length + 2 <= cut).length;
        expect(facts.lostGenerators).toHaveLength(run.entries.length - whole);
      }),
      RUNS,
    );
  });

  it("counts each started device in every latency that it has: count is exact, overflow included", () => {
    fc.assert(
      fc.property(randomRun, (run) => {
        const summary = summaryOf(run, merged(run, ...shardsOf(run)));
        const { measured, ledger, phases, rollCall, logins: { pairs } = {} } = summary;
        const { success, withTimeouts, timeouts } = measured.latencies.roundTrip;
        expect(success.count).toBe(measured.provisioned);
        expect(withTimeouts.count).toBe(success.count + timeouts);
        const logins = phases.map(
          ({ figures: { latencies } }) => latencies.login.success.count + latencies.login.failure.count,
        );
        const called = run.entries
          .flat()
          .filter((entry) => entry.kind === "roll-call" && entry.entry.verdict.state !== "uncalled");
        expect(logins.reduce((a, b) => a + b, 0)).toBe(called.length);
        const byDevice = ledger.connected + (ledger.mute ?? 0) + ledger.refused + ledger.unreachable;
        const verdicts = run.entries
          .flat()
          .flatMap((entry) => (entry.kind === "roll-call" ? (deviceVerdict(entry.entry) ?? []) : []));
        expect(byDevice).toBe(verdicts.filter(({ state }) => state !== "uncalled").length);
        expect(rollCall.called).toBe(byDevice);
        const paired = (pairs ?? []).reduce((sum, pair) => sum + pair.logins, 0);
        expect(paired).toBe(run.plan.rollCall.at === undefined ? 0 : called.length);
        for (const metric of METRICS) {
          for (const state of ["success", "failure", "withTimeouts"] as const) {
            const { count, overflow, min, max } = measured.latencies[metric][state];
            expect(overflow).toBeLessThanOrEqual(count);
            expect([min, max].includes(null)).toBe(count === 0);
          }
        }
      }),
      RUNS,
    );
  });
});

describe("merging tallies", () => {
  it("of shards gives what folding them together gives", () => {
    fc.assert(
      fc.property(randomRun, (run) => {
        const together = createRunTally(planFacts(run.plan, 1));
        for (const [index, entries] of run.entries.entries()) {
          foldInto(together, run, index, journalOf(entries, index, run.entries.length));
        }
        const folded = summaryOf(run, together);
        expect(orSame(summaryOf(run, merged(run, ...shardsOf(run))), folded)).toEqual(folded);
      }),
      RUNS,
    );
  });

  it("does not depend on order or grouping, and an empty one changes nothing", () => {
    fc.assert(
      fc.property(randomRun, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (run, keys) => {
        const expected = summaryOf(run, merged(run, ...shardsOf(run)));
        const shards = shardsOf(run);
        const shuffled = shards.map((shard, i) => [keys[i] ?? 0, shard] as const).toSorted(([a], [b]) => a - b);
        expect(orSame(summaryOf(run, merged(run, ...shuffled.map(([, shard]) => shard))), expected)).toEqual(expected);
        const [first, ...rest] = shards;
        const right = first === undefined ? merged(run) : merged(run, first, merged(run, ...rest));
        expect(orSame(summaryOf(run, right), expected)).toEqual(expected);
        const left = merged(run, merged(run, ...shards.slice(0, 2)), merged(run, ...shards.slice(2)));
        expect(orSame(summaryOf(run, left), expected)).toEqual(expected);
        expect(orSame(summaryOf(run, merged(run, merged(run), left, merged(run))), expected)).toEqual(expected);
      }),
      RUNS,
    );
  });
});

it("the journal tells what the live tally told", () => {
  fc.assert(
    fc.property(randomRun, (run) => {
      const live = run.entries.map((entries) => {
        const tally = createIntervalTally();
        for (const entry of entries) tally.add(entry);
        return tally.take();
      });
      const { ledger, phases, retries } = summaryOf(run, merged(run, ...shardsOf(run)));
      const total = (of: (interval: (typeof live)[number]) => number): number =>
        live.reduce((sum, each) => sum + of(each), 0);
      for (const state of ["provisioned", "rejected", "failed", "aborted", "dropped"] as const) {
        expect(total(({ outcomes }) => outcomes[state])).toBe(ledger[state]);
      }
      for (const state of ["connected", "refused", "unreachable"] as const) {
        expect(total(({ verdicts }) => verdicts[state])).toBe(ledger[state]);
      }
      const further = (retries?.attempts ?? []).slice(1).reduce((sum, { begun }) => sum + begun, 0);
      expect(total(({ retries: own }) => own?.ended ?? 0)).toBe(further);
      expect(total(({ retries: own }) => own?.recovered ?? 0)).toBe(retries?.recovered ?? 0);
      const inRange = phases.reduce((sum, { figures }) => {
        const { count, overflow } = figures.latencies.roundTrip.success;
        return sum + count - overflow;
      }, 0);
      const counted = total(({ roundTrips }) => (roundTrips === undefined ? 0 : decodeHistogram(roundTrips).count));
      expect(counted).toBe(inRange);
    }),
    RUNS,
  );
});
