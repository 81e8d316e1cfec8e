import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import { us } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import {
  addAttemptToSources,
  addLoginToSources,
  addToSources,
  createSourceTallies,
  mergeSources,
  MOST_SOURCES,
  type SourceTallies,
} from "../../../src/summary/source-tally.ts";
import { sourcesOf } from "../../../src/summary/sources.ts";
import { called, failed, goodEntries, outcome, samplePlan, writeRun } from "./sample-run.ts";

const FROM = ["10.0.0.9", "10.0.0.10", "10.0.0.11", "10.0.0.12"] as const;

type Changes = Partial<Omit<Outcome, "seq">>;

/** The good run from four addresses in turn, where each device from the last one fails as it is told. */
function entriesOf(bad: (index: number) => Entry): readonly Entry[] {
  return goodEntries().flatMap((entry): readonly Entry[] => {
    if (entry.kind === "issued" || entry.kind === "roll-call") return [];
    if (entry.kind !== "outcome") return [entry];
    const { seq } = entry.outcome;
    const source = FROM[seq % 4] ?? FROM[0];
    const made = source === "10.0.0.12" ? bad(seq) : outcome(seq);
    if (made.kind !== "outcome") throw new Error("an outcome is one");
    return [{ ...made, outcome: { ...made.outcome, source } }];
  });
}

async function summaryOf(entries: readonly Entry[]) {
  return (await foldRun(await writeRun(samplePlan(), [{ entries }]))).summary;
}

function outcomeOf(changes: Changes, index = 0): Outcome {
  const entry = outcome(index, changes);
  if (entry.kind !== "outcome") throw new Error("an outcome is one");
  return entry.outcome;
}

const FAILED = { state: "failed", kind: "connect-timeout", detail: "", unknown: false } as const;

function tallied(...changes: readonly Changes[]): SourceTallies {
  const tallies = createSourceTallies();
  for (const change of changes) addToSources(tallies, outcomeOf(change), false);
  return tallies;
}

describe("the source addresses of a run", () => {
  it("are told apart, and one from which nobody comes through is named", async () => {
    const summary = await summaryOf(entriesOf((seq) => failed(seq, "connect-timeout", { waited: 1_000 })));
    expect(summary.sources).toMatchObject([
      { address: "10.0.0.12", devices: 25, failed: 25, failures: [{ kind: "connect-timeout", count: 25 }] },
      { address: "10.0.0.9", devices: 25, failed: 0, roundTrip: { count: 25, p50: expect.any(Number) } },
      { address: "10.0.0.10", devices: 25, failed: 0 },
      { address: "10.0.0.11", devices: 25, failed: 0 },
    ]);
    expect(summary.sources?.map(({ standsOut }) => standsOut)).toEqual([true, false, false, false]);
    expect(summary.verdict.headline).toContain(
      "; 25 of 25 attempts from 10.0.0.12 failed, far more than from the other source addresses",
    );
  });

  it("that all come through alike are named by nobody, nor where all fail", async () => {
    for (const every of [1, 7]) {
      const entries = entriesOf((seq) => outcome(seq)).map((entry): Entry => {
        if (entry.kind !== "outcome" || entry.outcome.seq % every !== 0) return entry;
        return { ...entry, outcome: { ...entry.outcome, marks: {}, result: FAILED } };
      });
      const { sources, verdict } = await summaryOf(entries);
      expect(sources?.map(({ standsOut }) => standsOut)).toEqual([false, false, false, false]);
      expect(verdict.headline).not.toContain("source address");
    }
  });

  it("are not spoken of where there is one, or none is known", async () => {
    expect(await summaryOf(goodEntries())).not.toHaveProperty("sources");
    const one = goodEntries().map((entry): Entry =>
      entry.kind === "outcome" ? { ...entry, outcome: { ...entry.outcome, source: "10.0.0.9" } } : entry,
    );
    expect(await summaryOf(one)).not.toHaveProperty("sources");
  });

  it("count attempts that were to be followed by another, and logins without an answer", () => {
    const tallies = tallied({ source: "10.0.0.9" }, { source: "10.0.0.10" });
    const attempt = { number: 1, intended: us(0), started: us(0), unanswered: [] };
    addAttemptToSources(tallies, outcomeOf({ source: "10.0.0.10", result: FAILED, attempt }));
    addAttemptToSources(tallies, outcomeOf({ source: "10.0.0.10", result: FAILED, attempt }));
    // The second of them was stopped while it waited.
    const cut = { ...attempt, cut: "stopped" } as const;
    addToSources(
      tallies,
      outcomeOf({ source: "10.0.0.10", result: { state: "aborted", unknown: false }, attempt: cut }),
      false,
    );
    for (const state of ["connected", "unreachable", "uncalled"] as const) {
      const entry = called(0, state === "unreachable" ? { state, kind: "connect-timeout", detail: "" } : { state });
      if (entry.kind === "roll-call") addLoginToSources(tallies, { ...entry.entry, source: "10.0.0.10" });
    }
    expect(sourcesOf(tallies)).toMatchObject([
      { address: "10.0.0.10", devices: 2, failed: 1, triedAgain: 1, logins: 2, failedLogins: 1 },
      { address: "10.0.0.9", devices: 1, failed: 0, triedAgain: 0, logins: 0 },
    ]);
  });

  it("are bounded: the first of them are told apart, whichever way and order parts are merged", () => {
    const names = Array.from({ length: 3 * MOST_SOURCES }, (_, index) => `10.${index % 3}.0.${1_000 + index}`);
    const all = tallied(...names.map((source) => ({ source })), ...names.map((source) => ({ source })));
    const parts = [names.slice(0, 300), names.slice(300, 500), names.slice(500)].map((part) =>
      tallied(...part.flatMap((source) => [{ source }, { source }])),
    );
    const [forth, back] = [createSourceTallies(), createSourceTallies()];
    for (const part of parts) mergeSources(forth, part);
    for (const part of parts.toReversed()) mergeSources(back, part);
    expect(all.told.size).toBe(MOST_SOURCES);
    const summaries = [all, forth, back].map(sourcesOf);
    expect(summaries[1]).toEqual(summaries[0]);
    expect(summaries[2]).toEqual(summaries[0]);
    expect(summaries[0]?.at(-1)).toMatchObject({ address: "others", devices: 4 * MOST_SOURCES });
    expect(summaries[0]?.slice(0, -1).every(({ devices }) => devices === 2)).toBe(true);
    expect(summaries[0]?.[0]?.address).toBe(names.toSorted()[0]);
  });
});

describe("the table of source addresses", () => {
  const render = async (name: "text" | "html" | "markdown", entries: readonly Entry[], brief = false) =>
    (
      await reports[name].render(
        { summary: { ...(await summaryOf(entries)), timeline: undefined, seconds: [] }, histograms: [] },
        { color: false, width: 100, brief },
      )
    ).replaceAll(/\s+/g, " ");
  const bad = entriesOf((seq) => failed(seq, "connect-timeout", { waited: 1_000 }));

  it.each(["text", "html", "markdown"] as const)("in %s names the bad one and what it failed of", async (name) => {
    const text = await render(name, bad);
    expect(text).toContain("source address");
    expect(text.replaceAll(/[\\\u200B]/g, "")).toContain(
      "From 10.0.0.12 far more fails than from the others: 25 of 25 devices failed. Its failures are connect-timeout: 25.",
    );
  });

  it("is in the short report where one stands out, and else in the whole one", async () => {
    const good = entriesOf((seq) => outcome(seq));
    expect(await render("text", bad, true)).toContain("BY SOURCE ADDRESS");
    expect(await render("text", good, true)).not.toContain("SOURCE ADDRESS");
    expect(await render("text", good)).toContain("10.0.0.10 25 0 0 %");
  });

  it("of very many shows those that stand out and the worst, and the rest as one line", async () => {
    const many = goodEntries().map((entry): Entry => {
      if (entry.kind !== "outcome") return entry;
      return { ...entry, outcome: { ...entry.outcome, source: `10.0.0.${entry.outcome.seq % 25}` } };
    });
    const text = await render("text", many);
    expect(text).toContain("10.0.0.18 4 0 0 %");
    expect(text).toContain("6 more 24 0 0 %");
  });
});
