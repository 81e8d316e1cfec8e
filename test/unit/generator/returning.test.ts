import { describe, expect, it } from "vitest";
import type { HoldSummary } from "../../../src/model/summary.ts";
import { type HarnessOptions, type HarnessRun, runHarness } from "../../support/shard-harness.ts";

/** One device whose first held session is lost after a second. */
function runOne(options: Partial<HarnessOptions> = {}, hold = "60s", attempts = 3): Promise<HarnessRun> {
  return runHarness({
    scenario: `load: { burst: true, devices: 1 }\nfleet: { retry: { attempts: ${attempts}, backoff: 1s } }\nrollCall: { hold: ${hold}, negativeControl: false }`,
    loses: (login) => (login === 1 ? 1_000_000 : undefined),
    ...options,
  });
}

const holdOf = ({ entries }: HarnessRun): HoldSummary | undefined =>
  entries.flatMap((entry) => (entry.kind === "hold" ? [entry.hold] : []))[0];

const loginsOf = ({ entries }: HarnessRun) =>
  entries.flatMap((entry) =>
    entry.kind === "reconnect"
      ? [[entry.entry.number, entry.entry.intended - entry.entry.lost, entry.entry.verdict.state]]
      : [],
  );

describe("a device whose held session is lost", () => {
  it("comes back by the policy of the fleet: a wait, a login, a longer wait, a login", async () => {
    const run = await runOne({ loginFails: (login) => (login === 2 ? "connection-refused" : undefined) });
    expect(loginsOf(run)).toEqual([
      [1, 1_000_000, "unreachable"],
      [2, 3_000_500, "connected"],
    ]);
    expect(holdOf(run)).toEqual({
      duration: 60_000_000,
      sessions: 1,
      stayed: 0,
      lost: [{ reason: "closed by the server", count: 1 }],
      notBack: 0,
    });
    expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
    expect(run.progress).toMatchObject({ held: 0, waiting: 0, inFlight: 0 });
    // The roll was called once, whatever became of the session afterwards.
    expect(run.calls).toHaveLength(1);
  });

  it("gives up after as many logins as it has attempts", async () => {
    const run = await runOne({ loginFails: (login) => (login > 1 ? "connect-timeout" : undefined) }, "1h");
    expect(loginsOf(run).map(([number]) => number)).toEqual([1, 2, 3]);
    expect(holdOf(run)).toMatchObject({ sessions: 1, stayed: 0, notBack: 1 });
  });

  it("does not ask again where it is turned away", async () => {
    let logins = 0;
    const run = await runOne({
      admits: () => {
        logins += 1;
        return logins === 1;
      },
    });
    expect(loginsOf(run)).toEqual([[1, 1_000_000, "refused"]]);
    expect(holdOf(run)).toMatchObject({ notBack: 1 });
  });

  it("begins anew when it is lost again, and is one that was lost all the same", async () => {
    const run = await runOne({ loses: (login) => (login <= 2 ? 1_000_000 : undefined) });
    expect(loginsOf(run)).toEqual([
      [1, 1_000_000, "connected"],
      [1, 1_000_000, "connected"],
    ]);
    expect(holdOf(run)).toMatchObject({
      sessions: 1,
      stayed: 0,
      lost: [{ reason: "closed by the server", count: 2 }],
      notBack: 0,
    });
  });

  it.each([
    ["waits", "1500ms", [], { notBack: 1 }],
    ["logs in", "2000200us", [[1, 1_000_000, "uncalled"]], { notBack: 1 }],
  ] as const)(
    "is not back when the hold ends while it %s, and nothing of it goes on",
    async (_, hold, logins, left) => {
      const run = await runOne({}, hold);
      expect(loginsOf(run)).toEqual(logins);
      expect(holdOf(run)).toMatchObject(left);
      expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
      expect(run.end).toBe("complete");
    },
  );

  it("stays lost without a policy, and the hold says no more than it did", async () => {
    const run = await runHarness({
      scenario: "load: { burst: true, devices: 1 }\nrollCall: { hold: 60s, negativeControl: false }",
      loses: () => 1_000_000,
    });
    expect(loginsOf(run)).toEqual([]);
    expect(Object.keys(holdOf(run) ?? {})).toEqual(["duration", "sessions", "stayed", "lost"]);
  });
});
