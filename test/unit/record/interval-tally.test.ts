import { expect, it } from "vitest";
import type { Verdict } from "../../../src/model/outcome.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createIntervalTally } from "../../../src/record/interval-tally.ts";

it("tells of a background who is connected, and what was lost, acknowledged and timed out since the start", () => {
  const tally = createIntervalTally();
  expect(tally.take()).not.toHaveProperty("background");
  const device = { seq: seq(7), name: "old-7" };
  const login = (verdict: Verdict, again?: { readonly lost: ReturnType<typeof us>; readonly number: number }): void =>
    tally.add({
      kind: "background-login",
      entry: {
        ...device,
        intended: us(0),
        started: us(0),
        marks: {},
        ended: us(1),
        verdict,
        ...(again === undefined ? {} : { again }),
      },
    });
  login({ state: "connected" });
  login({ state: "connected" });
  login({ state: "refused", code: 5, reason: "5 not authorised" });
  login({ state: "unreachable", kind: "local-limit", detail: "EMFILE" });
  tally.add({ kind: "background-loss", entry: { ...device, at: us(5), reason: "closed by the server" } });
  const times = (count: number) => ({ roundTrips: Array(count).fill(us(1)), responseTimes: Array(count).fill(us(1)) });
  const messages = { stage: { kind: "before" }, second: 1, intended: 9, ended: { offline: 2 } } as const;
  tally.add({ kind: "messages", tally: { ...messages, acknowledged: times(6), timedOut: times(1) } });
  const first = tally.take();
  expect(first.background).toEqual({ connected: 1, lost: 1, acknowledged: 6, timedOut: 1 });
  // This machine was to blame for it, and not the target.
  expect(first.localErrors).toBe(1);
  login({ state: "connected" }, { lost: us(5), number: 1 });
  expect(tally.take().background).toEqual({ connected: 2, lost: 1, acknowledged: 6, timedOut: 1 });
});
