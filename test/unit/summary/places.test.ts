import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import { picturesOf, subjectOf } from "../../../src/pictures/pictures.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { writeServerRecord } from "../../../src/record/server-file.ts";
import { failed, goodEntries, outcome, samplePlan, writeRun } from "./sample-run.ts";

const NODES = ["10.0.0.1:1883", "10.0.0.2:1883"] as const;
const PLAN = samplePlan({
  target: {
    ...samplePlan().target,
    host: "10.0.0.1",
    hosts: [1, 2].map((node) => ({ host: `10.0.0.${node}`, port: 1883, weight: 1 })),
  },
});

/** Ten a second, in turn at both; the second node is dead from the fifth second on. */
function entriesOf(): readonly Entry[] {
  return goodEntries().flatMap((entry): readonly Entry[] => {
    if (entry.kind === "issued" || entry.kind === "roll-call") return [];
    if (entry.kind !== "outcome") return [entry];
    const { seq } = entry.outcome;
    const place = NODES[seq % 2] ?? NODES[0];
    const dead = seq % 2 === 1 && seq >= 50;
    const own = dead ? failed(seq, "connection-refused", { unknown: seq === 51, waited: 1_000 }) : outcome(seq, {});
    return own.kind === "outcome" ? [{ ...own, outcome: { ...own.outcome, place } }] : [];
  });
}

async function runOf(shards: number) {
  const entries = entriesOf();
  const folder = await writeRun(
    { ...PLAN, generators: shards },
    Array.from({ length: shards }, (_, index) => ({
      entries: entries.filter((entry) =>
        entry.kind === "outcome" ? entry.outcome.seq % shards === index : index === 0,
      ),
    })),
  );
  return folder;
}

describe("the places of a run", () => {
  it("are told apart: devices, rates, round trips, failures, and when one answered nobody", async () => {
    const { summary } = await foldRun(await runOf(1));
    expect(summary.places).toMatchObject([
      { place: NODES[0], devices: 50, provisioned: 50, failed: 0, failures: [], unknown: 0, ghosts: null, outages: [] },
      {
        place: NODES[1],
        devices: 50,
        provisioned: 25,
        failed: 25,
        failures: [{ kind: "connection-refused", count: 25 }],
        unknown: 1,
        outages: [{ from: usFromSeconds(5), to: null, failures: 25 }],
      },
    ]);
    const [first, second] = summary.places ?? [];
    expect(first?.roundTrip).toMatchObject({ count: 50, p50: expect.any(Number), p99: null });
    expect((first?.perSecond ?? 0) / (second?.perSecond ?? 1)).toBeCloseTo(2, 6);
    expect(summary.spread).toEqual({ how: "round-robin", reproducible: true });
    expect(summary.verdict.headline).toContain("10.0.0.2:1883 refused every device from 5 s on");
    expect(summary.run).not.toHaveProperty("addresses");
  });

  it("are told apart over time, in pictures and by the second", async () => {
    const folded = await foldRun(await runOf(2));
    const { summary } = folded;
    const { places, placesLeftOut } = summary.timeline ?? {};
    const sums = (counts: readonly number[] = []): number => counts.reduce((total, count) => total + count, 0);
    expect(places?.map(({ place, answered, failed: bad }) => [place, sums(answered), sums(bad)])).toEqual([
      [NODES[0], 50, 0],
      [NODES[1], 25, 25],
    ]);
    expect(placesLeftOut).toBe(0);
    expect(places?.[1]?.failed.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 5]);
    const subject = subjectOf(summary);
    const titles = (subject === undefined ? [] : picturesOf(subject)).map(({ name, title }) => [name, title] as const);
    expect(Object.fromEntries(titles)).toMatchObject({
      "place-rate": "10.0.0.2:1883 answered the fewest: 25 devices, and another 50",
      "place-failures": "100 % of 25 failures were at 10.0.0.2:1883",
    });
    const csv = reports.csv.render(folded, { color: false, width: 80 });
    expect(csv).toContain("10.0.0.1:1883 answered,10.0.0.1:1883 failed,10.0.0.2:1883 answered,10.0.0.2:1883 failed");
  });

  it("add up the same from two journals", async () => {
    const [one, two] = [await foldRun(await runOf(1)), await foldRun(await runOf(2))];
    expect(two.summary.places).toEqual(one.summary.places);
  });

  it("have the ghosts of each where the server was asked", async () => {
    const folder = await runOf(1);
    await writeServerRecord(folder, {
      version: 1,
      server: { version: "4.2.1", edition: null },
      profile: "p",
      devices: { before: null, after: null },
      reconciliation: {
        at: "2026-01-01T00:00:00.000Z",
        present: 75,
        missing: [],
        ghosts: ["rc-51"],
        foreign: [],
        wrongGateway: [],
        unnamed: 0,
        credentials: { checked: 0, differing: [] },
      },
      unchecked: [],
    });
    const { summary } = await foldRun(folder);
    expect(summary.places?.map(({ ghosts }) => ghosts)).toEqual([0, 1]);
  });

  it("of a load that is not shared out by the seed are called not reproducible", async () => {
    const plan = { ...PLAN, target: { ...PLAN.target, spread: "least-in-flight" as const } };
    const { summary } = await foldRun(await writeRun(plan, [{ entries: entriesOf() }]));
    expect(summary.spread).toEqual({ how: "least-in-flight", reproducible: false });
    expect(summary.validity.warnings).toContainEqual(expect.stringContaining("is not reproducible"));
  });

  it("are none where there is one", async () => {
    const { summary } = await foldRun(await writeRun(samplePlan(), [{ entries: goodEntries() }]));
    expect(summary).not.toHaveProperty("places");
    expect(summary).not.toHaveProperty("spread");
  });
});

it.each(["text", "html", "markdown"] as const)("%s shows them side by side", { timeout: 60_000 }, async (name) => {
  const { summary, histograms } = await foldRun(await runOf(1));
  const text = await reports[name].render({ summary, histograms }, { color: false, width: 120 });
  for (const part of [...NODES, "rate", "untold", "answered no device from 5 s to the end of the load"]) {
    expect(text).toContain(part);
  }
});

it("an outage that ended is told with both ends", async () => {
  const entries = entriesOf().map((entry): Entry => {
    if (entry.kind !== "outcome" || entry.outcome.seq < 90) return entry;
    const { place = NODES[0] } = entry.outcome;
    const again = outcome(entry.outcome.seq, {});
    return again.kind === "outcome" ? { ...again, outcome: { ...again.outcome, place } } : entry;
  });
  const { summary } = await foldRun(await writeRun(PLAN, [{ entries }]));
  expect(summary.verdict.headline).toContain("10.0.0.2:1883 refused every device from 5 s to 9 s");
  expect(summary.places?.[1]?.outages).toEqual([{ from: us(5_000_000), to: us(9_000_000), failures: 20 }]);
});
