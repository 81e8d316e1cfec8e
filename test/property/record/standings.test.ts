import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { remainingOf } from "../../../src/runs/resume/remaining.ts";
import { readRunRecord } from "../../../src/runs/reconcile/run-record.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { us } from "../../../src/model/units.ts";
import type { NameOf } from "../../../src/fleet/names.ts";
import { readStandings } from "../../../src/record/read-standings.ts";
import { openRunFolder } from "../../../src/record/run-folder.ts";
import { eachStanding, type Standing } from "../../../src/record/standings.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { givenPlan, type Result, type Tries, wholeJournal } from "../../support/journal-text.ts";
import { times } from "../../support/times.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const folder = testFolder();

interface Views {
  readonly standings: readonly Standing[];
  /** Seqs that may exist though no client was told, by each of the views; of the first 100 devices. */
  readonly unknown: ReadonlySet<string>;
  readonly reconciled: ReadonlySet<string>;
  readonly unreported: number;
  readonly askedAgain: readonly string[];
  readonly doubtful: readonly string[];
}

/** What the report, reconcile and cleanup, and resume make of the same journals. */
async function viewsOf(
  plan: Plan & { readonly generators: number },
  journals: readonly string[],
  nameOf: NameOf = (each) => `given-${each}`,
): Promise<Views> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  for (const [index, text] of journals.entries()) writeFileSync(join(folder, `journal-${index}.ndjson`), text);
  const files = await openRunFolder(folder);
  const { summary } = await foldRun(folder, { nameOf });
  const record = await readRunRecord(plan, files, undefined);
  const remaining = await remainingOf(plan, files);
  return {
    standings: [...eachStanding(await readStandings(plan, files))].map(({ standing }) => standing),
    unknown: new Set(summary.unknown.names),
    reconciled: new Set([...record.names].filter(([, standing]) => standing === "unknown").map(([name]) => name)),
    unreported: summary.ledger.unreported,
    askedAgain: remaining.names.from === "list" ? remaining.names.names : [],
    doubtful: remaining.doubtful,
  };
}

const result: fc.Arbitrary<Result> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Result>({ state: "provisioned", credentialsType: "ACCESS_TOKEN" }) },
  fc.constant<Result>({ state: "rejected", status: "NOT_FOUND", message: "" }),
  fc.boolean().map((unknown): Result => ({ state: "failed", kind: "answer-timeout", detail: "", unknown })),
  fc.boolean().map((unknown): Result => ({ state: "aborted", unknown })),
  fc
    .constantFrom("in-flight-cap" as const, "interrupted" as const)
    .map((reason): Result => ({ state: "dropped", reason })),
);

const MOST = 4;

/** What may come of a device's attempts before its last: a stop or the limit in flight may keep it from a further one. */
const tries: fc.Arbitrary<Tries | undefined> = fc.option(
  fc
    .record({
      number: fc.integer({ min: 1, max: MOST }),
      unanswered: fc.uniqueArray(fc.integer({ min: 1, max: MOST })),
      cut: fc.constantFrom(undefined, "stopped" as const, "in-flight-cap" as const),
    })
    .filter(({ number, cut }) => number > 1 || cut !== undefined)
    .map(({ number, unanswered, cut }) => ({
      number,
      unanswered: unanswered.filter((each) => each <= number).sort((a, b) => a - b),
      ...(cut === undefined ? {} : { cut }),
    })),
  { nil: undefined },
);

interface Fate {
  readonly told: Result;
  readonly tries: Tries | undefined;
}

/** As a generator writes it: whoever was not answered before may exist, whatever comes of the last attempt. */
const fate: fc.Arbitrary<Fate> = fc.tuple(result, tries).map(([told, tried]) => {
  if (tried === undefined || told.state === "dropped") return { told, tries: undefined };
  const unknown = tried.unanswered.length > 0;
  const failed = { state: "failed", kind: "answer-timeout", detail: "", unknown } as const;
  if (tried.cut === "stopped") return { told: { state: "aborted", unknown }, tries: tried };
  if (tried.cut !== undefined) return { told: failed, tries: tried };
  const own = told.state === "failed" || told.state === "aborted" ? { ...told, unknown } : told;
  return { told: own, tries: own.state === "provisioned" ? withoutLast(tried) : tried };
});

const withoutLast = ({ number, unanswered }: Tries): Tries => ({
  number,
  unanswered: unanswered.filter((each) => each < number),
});

const run = fc
  .record({
    results: fc.array(fate, { minLength: 1, maxLength: 40 }),
    generators: fc.integer({ min: 1, max: 3 }),
    first: fc.constantFrom(0, 7),
    block: fc.integer({ min: 1, max: 6 }),
    inFlight: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ results, generators, first, ...how }) => {
    const plan = { ...givenPlan(results.length, generators, first), generators };
    const resultOf = (each: number): Result =>
      results[each - first]?.told ?? { state: "dropped", reason: "interrupted" };
    const triesOf = (each: number): Tries | undefined => results[each - first]?.tries;
    const journals = Array.from({ length: generators }, (_, index) =>
      wholeJournal(plan, index, { ...how, resultOf, triesOf }),
    );
    return { plan, first, resultOf, triesOf, journals };
  });

/** What is known of a device that has its outcome. */
function settled(told: Result, tried?: Tries): Standing {
  // Asked before, and not answered.
  if (told.state === "rejected" && tried !== undefined && tried.unanswered.length > 0) return "unknown";
  switch (told.state) {
    case "provisioned":
      return "told";
    case "rejected":
      return "rejected";
    case "failed":
      return told.unknown ? "unknown" : "failed";
    case "aborted":
      return told.unknown ? "doubtful" : "open";
    case "dropped":
      return told.reason === "interrupted" ? "open" : "dropped";
  }
}

/** Seqs that these lines have an outcome of. */
function reportedIn(lines: readonly string[]): ReadonlySet<number> {
  const seqs = lines.flatMap((line) => /^\{"kind":"outcome","outcome":\{"seq":(\d+),.*\}\}$/.exec(line)?.[1] ?? []);
  return new Set(seqs.map(Number));
}

/** What every view says where they all say the same: `expected` is each device's standing. */
function allOf(expected: readonly Standing[], first: number, reported: ReadonlySet<number>): Views {
  const named = (...wanted: readonly Standing[]): string[] =>
    expected.flatMap((standing, index) => (wanted.includes(standing) ? [`given-${first + index}`] : []));
  return {
    standings: expected,
    unknown: new Set(named("unknown", "doubtful")),
    reconciled: new Set(named("unknown", "doubtful")),
    unreported: expected.length - reported.size,
    askedAgain: named("open"),
    doubtful: named("doubtful"),
  };
}

const NUM_RUNS = 50;

describe("a journal that ends before its end", () => {
  it("cut at any byte behind its header leaves out nothing that may exist, in any view", async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat(2), fc.double({ min: 0, max: 1, noNaN: true }), async (of, which, share) => {
        const victim = which % of.journals.length;
        const texts = of.journals.map(({ lines }) => `${lines.join("\n")}\n`);
        const text = texts[victim] ?? "";
        const begin = text.indexOf("\n") + 1;
        const cut = text.slice(0, begin + Math.floor(share * (text.length - 1 - begin)));
        const lines = cut.split("\n").slice(0, -1);
        const claims = lines.map((line) => Number(/^\{"kind":"claimed","through":(\d+)\}$/.exec(line)?.[1] ?? -1));
        const claimedThrough = Math.max(-1, ...claims);
        const reported = new Set(
          of.journals.flatMap((journal, index) => [...reportedIn(index === victim ? lines : journal.lines)]),
        );
        const expected = of.plan.phases.flatMap(({ firstSeq, devices }) =>
          Array.from({ length: devices }, (_, index): Standing => {
            const each = firstSeq + index;
            if (reported.has(each)) return settled(of.resultOf(each), of.triesOf(each));
            return each <= claimedThrough ? "doubtful" : "open";
          }),
        );
        const views = await viewsOf(of.plan, texts.with(victim, cut));
        expect(views).toEqual(allOf(expected, of.first, reported));
      }),
      { numRuns: times(NUM_RUNS) },
    );
  });
});

describe("a journal of devices that ask for a name of their own in each attempt", () => {
  it("cut at any byte behind its header leaves out no name that may exist", async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat(2), fc.double({ min: 0, max: 1, noNaN: true }), async (of, which, share) => {
        const retry = {
          attempts: MOST,
          backoff: { initial: us(1), factor: 1, max: us(1) },
          jitter: 0,
          sameName: false,
        };
        const names = { from: "pattern", pattern: "given-{seq}" } as const;
        const plan = { ...of.plan, fleet: { ...of.plan.fleet, names, retry } };
        const victim = which % of.journals.length;
        const texts = of.journals.map(({ lines }) => `${lines.join("\n")}\n`);
        const text = texts[victim] ?? "";
        const begin = text.indexOf("\n") + 1;
        const cut = text.slice(0, begin + Math.floor(share * (text.length - 1 - begin)));
        const lines = cut.split("\n").slice(0, -1);
        const claims = lines.map((line) => Number(/^\{"kind":"claimed","through":(\d+)\}$/.exec(line)?.[1] ?? -1));
        const claimedThrough = Math.max(-1, ...claims);
        const reported = new Set(
          of.journals.flatMap((journal, index) => [...reportedIn(index === victim ? lines : journal.lines)]),
        );
        const nameOf = (each: number, attempt: number): string =>
          `given-${each}${attempt === 1 ? "" : `-try${attempt}`}`;
        const mayExist = plan.phases.flatMap(({ firstSeq, devices }) =>
          Array.from({ length: devices }, (_, index) => firstSeq + index).flatMap((each) => {
            if (!reported.has(each)) return each <= claimedThrough ? [1, 2, 3, 4].map((one) => nameOf(each, one)) : [];
            const tried = of.triesOf(each);
            const told = of.resultOf(each);
            if (tried !== undefined) return tried.unanswered.map((one) => nameOf(each, one));
            return (told.state === "failed" || told.state === "aborted") && told.unknown ? [nameOf(each, 1)] : [];
          }),
        );
        const views = await viewsOf(plan, texts.with(victim, cut), (each, attempt) => nameOf(each, attempt ?? 1));
        expect([...views.unknown]).toEqual(mayExist.slice(0, 100));
        // Of a last attempt that is in doubt reconcile looks for the name as well.
        expect(mayExist.filter((name) => !views.reconciled.has(name))).toEqual([]);
      }),
      { numRuns: times(NUM_RUNS) },
    );
  });
});

/** Ways in which lines go wrong behind a writer's back; none takes the footer alone, which would be a cut. */
const DAMAGES = {
  lost: (lines: string[], at: number) => lines.toSpliced(at, 1),
  torn: (lines: string[], at: number) => lines.with(at, (lines[at] ?? "").slice(0, -3)),
  garbage: (lines: string[], at: number) => lines.with(at, '{"kind":"nothing of ours"}'),
  doubled: (lines: string[], at: number) => lines.toSpliced(at, 0, lines[at] ?? ""),
  "one lost and one doubled": (lines: string[], at: number) =>
    lines.toSpliced(at, 1).toSpliced(1, 0, lines[at === 1 ? 2 : 1] ?? ""),
} as const;

describe("a journal that was damaged in place", () => {
  it.each(Object.entries(DAMAGES))("(%s) makes doubtful each of its devices without an outcome", async (_, damage) => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat(2), fc.nat(200), async (of, which, where) => {
        const victim = which % of.journals.length;
        const whole = of.journals[victim]?.lines ?? [];
        // A generator without devices has nothing to lose.
        fc.pre(whole.length > 3);
        const lines = damage([...whole], 1 + (where % (whole.length - 2)));
        const reported = new Set(
          of.journals.flatMap((journal, index) => [...reportedIn(index === victim ? lines : journal.lines)]),
        );
        const expected = of.plan.phases.flatMap(({ firstSeq, devices }) =>
          Array.from({ length: devices }, (_each, index): Standing => {
            const each = firstSeq + index;
            return reported.has(each) ? settled(of.resultOf(each), of.triesOf(each)) : "doubtful";
          }),
        );
        const texts = of.journals.map((journal) => `${journal.lines.join("\n")}\n`);
        const views = await viewsOf(of.plan, texts.with(victim, `${lines.join("\n")}\n`));
        expect(views).toEqual(allOf(expected, of.first, reported));
      }),
      { numRuns: times(NUM_RUNS) },
    );
  });

  it("as by a disk that took no more: ten devices, none of them forgotten and none asked for again", async () => {
    const plan = { ...givenPlan(20, 1), generators: 1 };
    const resultOf = (): Result => ({ state: "provisioned", credentialsType: "ACCESS_TOKEN" });
    const { lines } = wholeJournal(plan, 0, { block: 10, inFlight: 0, resultOf });
    // Ten outcomes got through; the second claim, and all that came after it, did not.
    const kept = lines.slice(0, 12);
    const footer = { kind: "footer", state: "interrupted", at: 1, entries: 11, lost: 11, error: "ENOSPC" };
    const views = await viewsOf(plan, [`${[...kept, JSON.stringify(footer)].join("\n")}\n`]);
    const ghosts = Array.from({ length: 10 }, (_, index) => `given-${10 + index}`);
    expect([...views.unknown]).toEqual(ghosts);
    expect([...views.reconciled]).toEqual(ghosts);
    expect(views).toMatchObject({ unreported: 10, askedAgain: [], doubtful: ghosts });
  });
});
