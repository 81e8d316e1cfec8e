import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Quantile } from "../src/model/figures.ts";
import type { Grade } from "../src/model/summary.ts";
import { readJournal } from "../src/record/journal.ts";
import { journalPath } from "../src/record/shard-files.ts";
import { quantileAt } from "../src/runs/selftest/expected-quantile.ts";
import { startCapture, type WireTimes } from "./capture.ts";
import { type Conditions, runInto, summaryIn, withResults } from "./rollcall.ts";
import { type Figure, figureOf, skipped } from "./table.ts";
import { startTarget, type Target } from "./target.ts";
import { withClient } from "./wires.ts";

const SERVICE_MS = 50;
const RATES = [100, 500] as const;
const SECONDS = 20;
const REPEAT = 5;
const CROWD = 2_000;
/** Milliseconds by which the journal may say more than the wire. */
const MOST = { p50: 0.2, p99: 1 } as const;
/** The clock of a capture is slewed. */
const LEAST_MS = -0.02;
/** Of the round trip's p50: beyond that a run must not be called valid. */
const MOST_OF_CROWD = 0.1;
/** How often the bound that a quantile carries must hold. */
const BOUND_HOLDS = 0.95;

interface Held {
  /** Milliseconds that the journal says more than the wire, by device, ascending. */
  readonly over: readonly number[];
  /** Of the wire, milliseconds, ascending. */
  readonly wire: readonly number[];
  /** Of all quantiles that the report prints with a bound: whether the wire's lies within it; if not, where they lie. */
  readonly bounds: readonly Bound[];
  readonly grade: Grade;
}

type Bound = { readonly holds: true } | { readonly holds: false; readonly text: string };

/**
 * Each device's round trip in the journal against the packets that the kernel saw, on a server that takes 50 ms: "best of" the
 * rounds, as other work on the machine only adds. What client mqtt says of the same load is shown beside it.
 */
export async function measureWire(conditions: Conditions): Promise<readonly Figure[]> {
  const target = await startTarget(SERVICE_MS);
  try {
    const able = await startCapture(target.port);
    if (able === undefined) {
      conditions.say("SKIPPED: tcpdump is not installed, or this user may not capture packets");
      return [skipped("round trips said against captured packets")];
    }
    await able[Symbol.asyncDispose]();
    return await measureAll({ ...conditions, target });
  } finally {
    await target.close();
  }
}

async function measureAll(conditions: Conditions & { readonly target: Target }): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const bounds: Bound[] = [];
  const rounds = conditions.repeat ?? REPEAT;
  for (const rate of RATES) {
    const said: Record<"lean" | "mqtt", Held[]> = { lean: [], mqtt: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const client of ["lean", "mqtt"] as const) {
        const devices = rate * SECONDS;
        const load = `load={constant: {rate: ${rate}}, devices: ${devices}}`;
        const held = await hold(conditions, client, devices, load);
        said[client].push(held);
        conditions.say(`${rate}/s, ${client}: ${textOf(held)}`);
      }
    }
    bounds.push(...said.lean.flatMap((held) => held.bounds));
    const beside = `client mqtt ${best(said.mqtt, 0.5).toFixed(2)} and ${best(said.mqtt, 0.99).toFixed(2)} ms`;
    for (const [q, most] of [[0.5, MOST.p50] as const, [0.99, MOST.p99] as const]) {
      const ours = best(said.lean, q);
      const what = `journal less wire at ${rate}/s, p${q * 100}, best of ${rounds} (${beside})`;
      figures.push(figureOf(what, `${ours.toFixed(3)} ms : ${most} ms`, ours / most, { most: 1 }));
    }
    const least = Math.min(...said.lean.map(({ over }) => over[0] ?? Number.NaN));
    const what = `journal less wire at ${rate}/s, the least of all devices`;
    figures.push(figureOf(what, `${least.toFixed(3)} ms`, least / LEAST_MS, { most: 1 }));
  }
  const held = bounds.filter(({ holds }) => holds).length;
  figures.push(
    figureOf(
      "quantiles whose own bound holds the wire's",
      `${held} : ${bounds.length}`,
      bounds.length === 0 ? Number.NaN : held / bounds.length,
      { least: BOUND_HOLDS },
    ),
  );
  return [...figures, await measureCrowd(conditions)];
}

/** Far too many at once for one generator: the run must say so before its figures are wrong. */
async function measureCrowd(conditions: Conditions): Promise<Figure> {
  const crowd = { ...conditions, concurrency: CROWD };
  const held = await hold(crowd, "lean", CROWD * 10, `load.closed.concurrency=${CROWD}`);
  conditions.say(`${CROWD} in flight: ${textOf(held)}`);
  const share = quantileAt(held.over, 0.5) / quantileAt(held.wire, 0.5);
  return {
    what: `journal less wire at ${CROWD} in flight, p50, as a share of the wire's; more than ${MOST_OF_CROWD} must not be valid`,
    measured: held.grade,
    ratio: share,
    limit: held.grade === "valid" ? `<= ${MOST_OF_CROWD}` : "said",
    passed: held.grade !== "valid" || share <= MOST_OF_CROWD,
  };
}

function hold(conditions: Conditions, client: "lean" | "mqtt", devices: number, load: string): Promise<Held> {
  return withResults(async (results) => {
    await using capture = await startCapture(conditions.target.port);
    if (capture === undefined) throw new Error("tcpdump did not start");
    await runInto(results, conditions, withClient(client), devices, { load });
    const pairs = await pairsOf(results, await capture.finish());
    if (pairs.length < devices) throw new Error(`only ${pairs.length} of ${devices} devices were found in the capture`);
    const wire = ascending(pairs.map(({ wire }) => wire));
    const { measured, validity } = await summaryIn(results);
    return {
      over: ascending(pairs.map(({ said, wire }) => said - wire)),
      wire,
      bounds: measured.latencies.roundTrip.success.quantiles.flatMap((quantile) => boundHolds(quantile, wire)),
      grade: validity.grade,
    };
  });
}

/** Milliseconds of each device of the only run in the folder. */
async function pairsOf(
  results: string,
  captured: WireTimes,
): Promise<readonly { readonly said: number; readonly wire: number }[]> {
  const [run = ""] = await readdir(results);
  const pairs: { readonly said: number; readonly wire: number }[] = [];
  for await (const line of readJournal(journalPath(join(results, run), 0))) {
    if (line.kind !== "outcome") continue;
    const { name, marks } = line.outcome;
    const wire = captured.get(name ?? "");
    if (wire === undefined || marks.sent === undefined || marks.answered === undefined) continue;
    pairs.push({ said: (marks.answered - marks.sent) / 1_000, wire });
  }
  return pairs;
}

/** A histogram keeps three significant digits. Nothing: the quantile is not printed, or has no bound. */
function boundHolds({ q, value, atLeast }: Quantile, wire: readonly number[]): readonly Bound[] {
  if (value === null || atLeast === null || atLeast === undefined) return [];
  const seen = quantileAt(wire, q) * 1_000;
  if (atLeast * 0.999 <= seen && seen <= value * 1.001) return [{ holds: true }];
  const [from, wired, to] = [atLeast, seen, value].map((micros) => (micros / 1_000).toFixed(2));
  return [{ holds: false, text: `p${q * 100} of the wire ${wired}, not in ${from} to ${to} ms` }];
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

const best = (held: readonly Held[], q: number): number => Math.min(...held.map(({ over }) => quantileAt(over, q)));

function textOf({ over, wire, bounds, grade }: Held): string {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((q) => quantileAt(over, q).toFixed(3));
  const broken = bounds.flatMap((bound) => (bound.holds ? [] : [bound.text]));
  return `wire p50 ${quantileAt(wire, 0.5).toFixed(2)}, p99 ${quantileAt(wire, 0.99).toFixed(2)} ms; journal less wire ${over[0]?.toFixed(3)} least, ${p50} p50, ${p90} p90, ${p99} p99; bound held ${bounds.length - broken.length} of ${bounds.length}${broken.map((text) => ` (${text})`).join("")}; ${grade}`;
}
