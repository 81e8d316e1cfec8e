import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFleet } from "../../../src/fleet/fleet.ts";
import type { Device } from "../../../src/model/device.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import type { JournalLine } from "../../../src/record/journal-line.ts";
import { createJournalFold } from "../../../src/summary/journal-fold.ts";
import { planFacts } from "../../../src/summary/plan-facts.ts";
import { createRunTally, mergeRunTally } from "../../../src/summary/run-tally.ts";
import { summarise } from "../../../src/summary/summarise.ts";
import { header } from "../../unit/record/samples.ts";
import { type Answer, planOf, runHarness } from "../../support/shard-harness.ts";
import { times } from "../../support/times.ts";

const LOADS = [
  "{ burst: true, devices: 60 }",
  "[{ name: warm, warmup: true, burst: true, devices: 20 }, { name: more, burst: true, devices: 40 }]",
  "[{ name: steady, constant: { rate: 1000/s }, devices: 30 }, { name: some, closed: { concurrency: 9 }, devices: 30 }]",
];
const SHARED = "repeated-name: 20%, repeated-credentials: 20%";

interface Case {
  readonly load: string;
  readonly shards: number;
  /** Microseconds from each request to its answer: with the shards, the order in which the server is asked. */
  readonly latencies: readonly number[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  load: fc.constantFrom(...LOADS),
  shards: fc.integer({ min: 1, max: 4 }),
  latencies: fc.array(fc.integer({ min: 0, max: 50_000 }), { minLength: 1, maxLength: 17 }),
});

const textOf = ({ load }: Case) => `fleet: { prefix: p, misbehaviours: { ${SHARED} } }\nload: ${load}`;

/** Runs all shards against one server, which is asked about each device at its turn, and folds their journals. */
async function run(of: Case, answerTo: (device: Device) => Answer): Promise<{ summary: Summary; plan: Plan }> {
  const plan = planOf(textOf(of));
  const fleet = createFleet(plan);
  const latency = (own: number): number => of.latencies[own % of.latencies.length] ?? 0;
  const runs = await Promise.all(
    Array.from({ length: of.shards }, (_, index) =>
      runHarness({
        scenario: textOf(of),
        shard: { index, count: of.shards },
        latency,
        answer: (own) => answerTo(fleet.device(own)),
      }),
    ),
  );
  const facts = planFacts({ ...plan, generators: of.shards }, of.shards);
  const whole = createRunTally(facts);
  for (const [index, { entries }] of [...runs.entries()].toReversed()) {
    const shard = createRunTally(facts);
    journalOf(entries, index, of.shards).forEach(createJournalFold(facts, shard, index));
    mergeRunTally(whole, shard);
  }
  const nothing = { duplicates: { count: 0, groups: [] }, nameOf: () => undefined };
  return { plan, summary: summarise(facts, whole, { ...nothing, server: undefined, calibration: undefined }) };
}

function journalOf(entries: readonly Entry[], index: number, count: number): readonly JournalLine[] {
  const lines = entries.filter((entry) => entry.kind !== "issued");
  return [header(index, count), ...lines, { kind: "footer", state: "complete", at: us(0), entries: lines.length }];
}

/** Takes each name and each user name once, as ThingsBoard does. */
function createServer() {
  const taken = new Set<string>();
  return {
    take({ name, credentials }: Device): boolean {
      const keys = [`name ${name}`, `user ${credentials?.type === "MQTT_BASIC" ? credentials.username : ""}`];
      if (keys.some((key) => taken.has(key))) return false;
      for (const key of keys) taken.add(key);
      return true;
    },
  };
}

/** Seqs of the fleet's devices by how they misbehave. */
function groupsOf(plan: Plan): Readonly<Record<"repeated-name" | "repeated-credentials", number>> {
  const fleet = createFleet(plan);
  const count = (kind: string): number =>
    Array.from({ length: plan.fleet.count }, (_, own) => fleet.device(own as Device["seq"])).filter(
      ({ misbehaviour }) => misbehaviour === kind,
    ).length;
  return { "repeated-name": count("repeated-name"), "repeated-credentials": count("repeated-credentials") };
}

const RUNS = { numRuns: times(60) };

describe("devices that repeat each other, in any order of their requests and on any number of generators", () => {
  it("spoil no figure: one of each kind is provisioned, all others are refused as they should be", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (of) => {
        const server = createServer();
        const { summary, plan } = await run(of, (device) => (server.take(device) ? "success" : "rejected"));
        const groups = groupsOf(plan);
        const refused = groups["repeated-name"] - 1 + groups["repeated-credentials"] - 1;
        expect(refused).toBeGreaterThan(5);
        expect(summary.ledger).toMatchObject({
          provisioned: plan.fleet.count - refused,
          connected: plan.fleet.count - refused,
          rejected: refused,
          expected: refused,
          undeserved: 0,
          imbalances: [],
        });
        expect(summary.phases.map(({ figures }) => figures.failureRate)).toEqual(plan.phases.map(() => 0));
        expect(summary.verdict.reasons).toEqual([]);
      }),
      RUNS,
    );
  });

  it("leave no more than what was lost, where answers get lost", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 2, max: 9 }), async (of, every) => {
        const server = createServer();
        let asked = 0;
        const { summary } = await run(of, (device) => {
          const made = server.take(device);
          asked += 1;
          // The answer, whatever it was.
          if (asked % every === 0) return "answer-timeout";
          return made ? "success" : "rejected";
        });
        const { rejected, failed, expected, undeserved } = summary.ledger;
        expect({ unowed: rejected - expected, undeserved }).toEqual({ unowed: 0, undeserved: 0 });
        expect(summary.unknown.count).toBe(failed);
      }),
      RUNS,
    );
  });

  it("show a server that lets a name in twice, and one that refuses it altogether", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (of) => {
        const careless = await run(of, () => "success");
        const groups = groupsOf(careless.plan);
        const repeated = groups["repeated-name"] + groups["repeated-credentials"];
        expect(careless.summary.ledger).toMatchObject({ expected: 0, undeserved: repeated - 2, rejected: 0 });
        const strict = await run(of, ({ misbehaviour }) => (misbehaviour === undefined ? "success" : "rejected"));
        expect(strict.summary.ledger).toMatchObject({ expected: repeated - 2, undeserved: 0, rejected: repeated });
      }),
      RUNS,
    );
  });
});
