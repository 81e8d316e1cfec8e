import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answer, runHarness } from "../../support/shard-harness.ts";
import { times } from "../../support/times.ts";

const shapes = fc.constantFrom(
  "{ closed: { concurrency: 7 }, devices: 40 }",
  "{ burst: true, devices: 30 }",
  "{ constant: { rate: 1000/s }, devices: 40 }",
  "{ poisson: { rate: 500/s }, devices: 40 }",
  "{ ramp: { from: 0, to: 1000/s, duration: 80ms } }",
);
const answers = fc.array(
  fc.constantFrom<Answer>("success", "rejected", "answer-timeout", "connection-refused", "local-limit"),
  { minLength: 1, maxLength: 8 },
);
const maybeTime = fc.option(fc.integer({ min: -500, max: 120_000 }), { nil: undefined });

describe("a shard, whatever its load, its answers and its stops", () => {
  it("gives each seq one outcome, balances, keeps its cap and claims before it starts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shapes, { minLength: 1, maxLength: 3 }),
        answers,
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom("after", "inline", "off", "{ when: after, hold: 10ms }", "{ when: inline, hold: 10ms }"),
        fc.constantFrom("", "{ attempts: 2, backoff: 1ms }", "{ attempts: 4, backoff: 30ms, jitter: 100% }"),
        fc.record({ index: fc.constantFrom(0, 1), count: fc.constantFrom(2, 3) }),
        maybeTime,
        maybeTime,
        maybeTime,
        async (load, answer, latency, rollCall, retry, shard, drainAt, abortAt, sinkFailsAt) => {
          const run = await runHarness({
            scenario: `maxInFlight: 25\nload: [${load.join(", ")}]\nrollCall: ${rollCall}\n${retry === "" ? "" : `fleet: { retry: ${retry} }`}`,
            shard,
            loses: (login) => (login % 3 === 0 ? 2_000 : undefined),
            answer: (seq, attempt) => answer[(seq + attempt - 1) % answer.length] ?? "success",
            latency: (seq) => latency[seq % latency.length] ?? 0,
            ...(drainAt === undefined ? {} : { drainAt }),
            ...(abortAt === undefined ? {} : { abortAt }),
            ...(sinkFailsAt === undefined ? {} : { sinkFailsAt }),
          });

          const expected = Array.from({ length: run.plan.fleet.count }, (_, i) => i).filter(
            (i) => i % shard.count === shard.index,
          );
          expect(run.outcomes.map((outcome) => outcome.seq).sort((a, b) => a - b)).toEqual(expected);

          const issued = run.entries.flatMap((entry) => (entry.kind === "issued" ? [entry.seq] : []));
          const provisioned = run.outcomes.filter((outcome) => outcome.result.state === "provisioned");
          expect(issued).toEqual(provisioned.map((outcome) => outcome.seq));

          const called = run.calls.map((call) => call.seq).sort((a, b) => a - b);
          expect(called).toEqual(rollCall === "off" ? [] : issued.sort((a, b) => a - b));

          const started = run.outcomes.filter((outcome) => outcome.started !== undefined);
          const dropped = run.outcomes.filter((outcome) => outcome.result.state === "dropped");
          expect(started.length + dropped.length).toBe(expected.length);
          expect(run.progress.started).toBe(started.length);
          expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
          expect(run.clock.now()).toBeLessThanOrEqual(Math.min(abortAt ?? Infinity, sinkFailsAt ?? Infinity));

          expect(run.mostInFlight).toBeLessThanOrEqual(25);
          expect(run.progress).toMatchObject({ inFlight: 0, waiting: 0 });
          for (const { seq, attempt } of run.outcomes) {
            const before = run.attempts.filter((each) => each.seq === seq).map((each) => each.attempt?.number);
            const last = attempt?.number ?? 1;
            const told = attempt?.cut === undefined ? last - 1 : last;
            expect(before).toEqual(Array.from({ length: told }, (_, index) => index + 1));
          }
          let claimed = -1;
          const unclaimed = run.entries.filter((entry) => {
            if (entry.kind === "claimed") claimed = entry.through;
            return entry.kind === "outcome" && entry.outcome.started !== undefined && entry.outcome.seq > claimed;
          });
          expect(unclaimed).toEqual([]);
          for (const { started, intended, ended, result } of run.outcomes) {
            expect(started === undefined).toBe(result.state === "dropped");
            expect(started ?? intended).toBeGreaterThanOrEqual(intended);
            expect(ended).toBeGreaterThanOrEqual(started ?? intended);
          }
        },
      ),
      { numRuns: times(150) },
    );
  });

  it("keeps with all other shards to the concurrency and to the cap that were declared", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom("closed", "burst"),
        fc.constantFrom("after", "off"),
        async (count, more, kind, rollCall) => {
          const total = count + more;
          const load =
            kind === "closed" ? `{ closed: { concurrency: ${total} }, devices: 40 }` : "{ burst: true, devices: 40 }";
          const scenario = `maxInFlight: ${total}\nload: [${load}]\nrollCall: { when: ${rollCall}, concurrency: ${total} }`;
          const runs = await Promise.all(
            Array.from({ length: count }, (_, index) => runHarness({ scenario, shard: { index, count } })),
          );
          const sum = (each: (run: (typeof runs)[number]) => number) => runs.reduce((all, run) => all + each(run), 0);
          expect(sum((run) => run.mostInFlight)).toBe(Math.min(total, 40));
          expect(sum((run) => run.mostLogins)).toBeLessThanOrEqual(total);
          expect(sum((run) => run.outcomes.length)).toBe(40);
        },
      ),
      { numRuns: times(40) },
    );
  });
});
