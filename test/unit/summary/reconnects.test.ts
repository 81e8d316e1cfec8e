import { expect, it } from "vitest";
import type { ReconnectEntry } from "../../../src/model/outcome.ts";
import { seq, us } from "../../../src/model/units.ts";
import { reconnectTexts } from "../../../src/report/sections/attempts.ts";
import { holdText } from "../../../src/report/wording.ts";
import { addHold, createRollCallTally, mergeRollCall, rollCallOf } from "../../../src/summary/roll-call-tally.ts";
import { addReconnect } from "../../../src/summary/reconnect-tally.ts";

const login = (at: number, verdict: ReconnectEntry["verdict"]): ReconnectEntry => ({
  seq: seq(1),
  name: "one",
  lost: us(10_000_000),
  number: 1,
  intended: us(at),
  started: us(at),
  marks: verdict.state === "connected" ? { admitted: us(at + 1_000) } : {},
  ended: us(at + 2_000),
  verdict,
});

const holdOf = (sessions: number, stayed: number, notBack: number) => ({
  duration: us(60_000_000),
  sessions,
  stayed,
  lost: [{ reason: "connection-reset", count: sessions - stayed }],
  notBack,
});

it("reconnects of all generators are one: logins, the second with the most, the time to be back", () => {
  const [left, right] = [createRollCallTally(), createRollCallTally()];
  addHold(left, holdOf(8, 2, 0));
  for (let each = 0; each < 6; each += 1) addReconnect(left.reconnects, login(12_000_000, { state: "connected" }));
  addHold(right, holdOf(4, 3, 1));
  addReconnect(right.reconnects, login(11_000_000, { state: "unreachable", kind: "connect-timeout", detail: "" }));
  addReconnect(right.reconnects, login(12_500_000, { state: "refused", code: 5, reason: "5 not authorised" }));
  mergeRollCall(left, right);
  const { hold } = rollCallOf(left, { when: "after" }, { count: 0, groups: [] });
  expect(hold).toMatchObject({
    sessions: 12,
    stayed: 5,
    lost: [{ reason: "connection-reset", count: 7 }],
    notBack: 1,
    reconnects: { attempts: 8, back: 6, refused: 1, peak: { second: 12, attempts: 7 }, timeToBack: { count: 6 } },
  });
  expect(hold?.reconnects?.timeToBack.p50).toBeCloseTo(2_001_000, -4);
  expect(hold && holdText(hold)).toBe("12 sessions held for 1 min: 5 stayed connected, 7 lost, 1 of them not back.");
  expect(hold && reconnectTexts(hold)).toEqual([
    "Reconnects: 7 sessions lost, 8 logins, 6 back, 1 turned away. At the most 7 in one second, from 12 s on.",
    "From a loss until the device was back: p50 2 s.",
  ]);
});

it("a hold of devices that may not try again says nothing of it", () => {
  const tally = createRollCallTally();
  const { notBack: _, ...without } = holdOf(8, 2, 0);
  addHold(tally, without);
  const { hold } = rollCallOf(tally, { when: "after" }, { count: 0, groups: [] });
  expect(hold).toEqual(without);
  expect(hold && reconnectTexts(hold)).toEqual([]);
});
