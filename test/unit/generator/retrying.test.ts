import { describe, expect, it } from "vitest";
import { FAILURE_KINDS, RETRIED_KINDS } from "../../../src/model/outcome.ts";
import { type Answer, runHarness } from "../../support/shard-harness.ts";

const fleet = (retry: string): string => `fleet: { retry: { ${retry} } }\nrollCall: off`;
const TWICE = fleet("attempts: 2, backoff: 1s");

describe("a device that tries again", () => {
  it("waits from its failure on, longer each time; its outcome is that of its last attempt, its arrival stays where it was", async () => {
    const run = await runHarness({
      scenario: `load: { constant: { rate: 10/s }, devices: 2 }\n${fleet("attempts: 4, backoff: { initial: 1s, factor: 3 }")}`,
      latency: () => 5_000,
      answer: (seq, attempt) => (seq === 1 && attempt < 4 ? "answer-timeout" : "success"),
    });
    expect(run.attempts.map(({ attempt }) => attempt)).toEqual([
      { number: 1, intended: 100_000, started: 100_000, unanswered: [1] },
      { number: 2, intended: 1_105_000, started: 1_105_000, unanswered: [1, 2] },
      { number: 3, intended: 4_110_000, started: 4_110_000, unanswered: [1, 2, 3] },
    ]);
    expect(run.attempts.map(({ ended }) => ended)).toEqual([105_000, 1_110_000, 4_115_000]);
    const [first, second] = run.outcomes;
    expect(first?.attempt).toBeUndefined();
    expect(second).toMatchObject({
      seq: 1,
      intended: 100_000,
      started: 100_000,
      marks: { sent: 13_115_000, answered: 13_120_000 },
      attempt: { number: 4, intended: 13_115_000, started: 13_115_000, unanswered: [1, 2, 3] },
      result: { state: "provisioned" },
    });
    expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
  });

  it.each(FAILURE_KINDS)("after %s, if it is no answer and not this machine's fault", async (kind) => {
    const run = await runHarness({
      scenario: `load: { burst: true, devices: 1 }\n${TWICE}`,
      answer: (_, attempt) => (attempt === 1 ? kind : "success"),
    });
    const again = RETRIED_KINDS.includes(kind);
    expect(run.outcomes[0]?.result.state).toBe(again ? "provisioned" : "failed");
    expect(run.attempts).toHaveLength(again ? 1 : 0);
  });

  it.each<Answer>(["rejected", "rate-limited", "unreadable-answer", "local-limit", "bug"])(
    "does not after %s",
    async (answer) => {
      const run = await runHarness({ scenario: `load: { burst: true, devices: 3 }\n${TWICE}`, answer: () => answer });
      expect(run.attempts).toEqual([]);
      expect(run.outcomes).toHaveLength(3);
    },
  );

  it("does not where it misbehaves on purpose", async () => {
    const run = await runHarness({
      scenario:
        "load: { burst: true, devices: 3 }\nfleet: { retry: { attempts: 2 }, misbehaviours: { malformed-json: 100% } }\nrollCall: off",
      answer: () => "closed-before-answer",
    });
    expect(run.attempts).toEqual([]);
  });

  it("holds nothing in flight while it waits: others start in its place", async () => {
    const run = await runHarness({
      scenario: `maxInFlight: 1\nload: { constant: { rate: 10/s }, devices: 5 }\n${TWICE}`,
      answer: (_, attempt) => (attempt === 1 ? "connect-timeout" : "success"),
    });
    expect(run.outcomes.map(({ result }) => result.state)).toEqual(Array.from({ length: 5 }, () => "provisioned"));
    expect(run.mostInFlight).toBe(1);
    expect(run.progress).toMatchObject({ inFlight: 0, waiting: 0, started: 5 });
  });

  it("that finds the limit in flight reached ends with what it had, and says so; no arrival is moved for it", async () => {
    const run = await runHarness({
      scenario: `maxInFlight: 1\nload: { constant: { rate: 1/s }, devices: 3 }\n${fleet("attempts: 2, backoff: 1500ms")}`,
      latency: (seq) => (seq === 0 ? 1_000 : 900_000),
      answer: (seq) => (seq === 0 ? "connection-refused" : "success"),
    });
    expect(run.outcomes.map(({ seq, result, attempt, ended }) => [seq, result.state, attempt?.cut, ended])).toEqual([
      [0, "failed", "in-flight-cap", 1_501_000],
      [1, "provisioned", undefined, 1_900_000],
      [2, "provisioned", undefined, 2_900_000],
    ]);
  });

  it("keeps its lane of closed load, as a virtual user does", async () => {
    const run = await runHarness({
      scenario: `load: { closed: { concurrency: 1 }, devices: 2 }\n${TWICE}`,
      answer: (seq, attempt) => (seq === 0 && attempt === 1 ? "answer-timeout" : "success"),
    });
    expect(run.outcomes.map(({ seq, started }) => [seq, started])).toEqual([
      [0, 0],
      [1, 1_002_000],
    ]);
  });

  it.each(["drainAt", "abortAt"] as const)(
    "is ended by a stop while it waits, at once and unknown (%s)",
    async (stop) => {
      const run = await runHarness({
        scenario: `load: { burst: true, devices: 4 }\n${fleet("attempts: 3, backoff: 60s")}`,
        answer: (seq) => (seq < 2 ? "answer-timeout" : "success"),
        [stop]: 5_000_000,
      });
      expect(run.end).toBe("interrupted");
      const waited = run.outcomes.filter(({ attempt }) => attempt?.cut === "stopped");
      expect(waited.map(({ seq, ended, result }) => [seq, ended, result])).toEqual(
        [0, 1].map((seq) => [seq, 5_000_000, { state: "aborted", unknown: true }]),
      );
      expect(run.clock.now()).toBe(5_000_000);
    },
  );

  it("under a name of its own each time, with credentials of its own", async () => {
    const run = await runHarness({
      scenario: `load: { burst: true, devices: 1 }\nfleet: { prefix: a, retry: { attempts: 3, sameName: false } }\nrollCall: off`,
      answer: (_, attempt) => (attempt < 3 ? "answer-timeout" : "success"),
    });
    expect([...run.attempts, ...run.outcomes].map(({ name }) => name)).toEqual([
      "a-000000",
      "a-000000-try2",
      "a-000000-try3",
    ]);
  });
});
