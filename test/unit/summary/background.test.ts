import { describe, expect, it } from "vitest";
import type { BackgroundPlan, BackgroundStage, MessageTally } from "../../../src/model/background.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { Verdict } from "../../../src/model/outcome.ts";
import { seq, us } from "../../../src/model/units.ts";
import { parseThreshold } from "../../../src/scenario/thresholds.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { type Ending, goodEntries, samplePlan, writeRun } from "./sample-run.ts";

const BACKGROUND: BackgroundPlan = {
  run: "e21431",
  folder: "/results/e21431",
  devices: 3,
  publish: "telemetry",
  every: us(10_000_000),
  settle: us(10_000_000),
  connectRate: 100,
};
const LOAD: BackgroundStage = { kind: "load", phase: 0 };
const MS = 1_000;

const login = (index: number, verdict: Verdict = { state: "connected" }): Entry => ({
  kind: "background-login",
  entry: { seq: seq(index), name: `old-${index}`, intended: us(0), started: us(0), marks: {}, ended: us(9), verdict },
});

const lost = (index: number, at: number): Entry => ({
  kind: "background-loss",
  entry: { seq: seq(index), name: `old-${index}`, at: us(at), reason: "closed by the server" },
});

/** `count` messages, each acknowledged after `ms`, and sent `late` ms after they were due. */
function messages(
  stage: BackgroundStage,
  count: number,
  ms: number,
  late = 0,
  more: Partial<MessageTally> = {},
): Entry {
  const times = (value: number) => Array.from({ length: count }, () => us(value * MS));
  const acknowledged = { roundTrips: times(ms), responseTimes: times(ms + late) };
  const none = { roundTrips: [], responseTimes: [] };
  const tally = { stage, second: 1, intended: count, acknowledged, timedOut: none, ended: {}, ...more };
  return { kind: "messages", tally };
}

async function fold(entries: readonly Entry[], thresholds: readonly string[] = [], ending: Ending = "complete") {
  const parsed = thresholds.map((text) => {
    const threshold = parseThreshold(text);
    if (typeof threshold === "string") throw new Error(threshold);
    return threshold;
  });
  const plan = samplePlan({ background: BACKGROUND, thresholds: parsed });
  const { summary } = await foldRun(await writeRun(plan, [{ entries: [...entries, ...goodEntries()], ending }]));
  const { background } = summary;
  if (background === undefined) throw new Error("there is no background");
  return { summary, background };
}

const ALL = [login(0), login(1), login(2)];
const CALM = [messages({ kind: "before" }, 400, 2), messages(LOAD, 400, 6), messages({ kind: "after" }, 400, 2)];

describe("a background", () => {
  it("is told stage by stage, with its own ledger", async () => {
    const { background, summary } = await fold([...ALL, ...CALM]);
    expect(background.devices).toEqual({
      asked: 3,
      connected: 3,
      refused: 0,
      unreachable: 0,
      uncalled: 0,
      unreported: 0,
    });
    expect(
      background.stages.map(({ name, roundTrip }) => [name, roundTrip.count, roundTrip.p50, roundTrip.p99]),
    ).toEqual([
      ["before", 400, 2_000, 2_000],
      ["steady", 400, 6_000, 6_000],
      ["after", 400, 2_000, 2_000],
    ]);
    expect(background.messages).toMatchObject({ intended: 1_200, acknowledged: 1_200, unreported: 0 });
    expect(background.imbalances).toEqual([]);
    expect(summary.verdict.passed).toBe(true);
    expect(summary.verdict.headline).not.toContain("background");
  });

  it("that is not all there, or does not stay, fails a run that has no threshold for it", async () => {
    const refused = login(1, { state: "refused", code: 5, reason: "5 not authorised" });
    const { summary, background } = await fold([login(0), refused, login(2), ...CALM, lost(2, 12_300_000)]);
    expect(background.devices).toMatchObject({ connected: 2, refused: 1 });
    expect(background.sessions).toEqual({
      lost: 1,
      losses: [{ reason: "closed by the server", count: 1 }],
      first: [{ at: 12_300_000, device: "old-2", reason: "closed by the server" }],
      notBack: 1,
    });
    expect(summary.verdict.exitCode).toBe(4);
    expect(summary.verdict.headline).toContain("of the background 1 of 3 devices not connected, 1 session lost");
    expect(summary.verdict.reasons).toEqual([
      "1 device of the background could not connect (5 not authorised: 1)",
      "sessions of the background were lost (closed by the server: 1), and no threshold for background.lost says how many may be",
    ]);
    const allowed = await fold([login(0), refused, login(2), ...CALM, lost(2, 12_300_000)], ["background.lost <= 1"]);
    expect(allowed.summary.verdict.exitCode).toBe(0);
  });

  it("messages that the server refuses are in the headline, though no threshold says how many may be", async () => {
    const some = messages(LOAD, 400, 6, 0, { intended: 403, ended: { refused: 3 } });
    const { summary, background } = await fold([...ALL, some]);
    expect(background.messages).toMatchObject({ refused: 3, acknowledged: 400 });
    expect(summary.verdict.headline).toContain("; of the background 3 messages refused");
  });

  it("a message of a whole journal of which nothing is told is an imbalance; of a crashed one it is unreported", async () => {
    const silent = messages(LOAD, 400, 6, 0, { intended: 402 });
    const whole = await fold([...ALL, silent]);
    expect(whole.background.imbalances).toEqual(["402 messages due, and of 400 it is told what came of it"]);
    expect(whole.summary.verdict.exitCode).toBe(5);
    expect(whole.summary.verdict.reasons[0]).toContain("the background's ledger does not balance");
    const crashed = await fold([login(0), silent], [], "crashed");
    expect(crashed.background).toMatchObject({
      devices: { unreported: 2 },
      messages: { unreported: 2 },
      imbalances: [],
    });
  });

  it("a threshold names its figures, of the measured phases or of one", async () => {
    const texts = [
      "background.p99 < 7ms",
      "steady:background.p50 < 5ms",
      "background.connected == background.devices",
      "background.lost == 0",
      "background.timedOut == 0",
      "background.messages == 1200",
    ];
    const { summary } = await fold([...ALL, ...CALM], texts);
    expect(summary.thresholds.map(({ measured, passed }) => [measured, passed])).toEqual([
      [6_000, true],
      [6_000, false],
      [3, true],
      [0, true],
      [0, true],
      [1_200, true],
    ]);
  });

  it("messages that leave late make the figures doubtful, as arrivals do: against the gap between them, or 10 ms", async () => {
    const signalOf = async (late: number) => {
      const { summary } = await fold([...ALL, messages(LOAD, 400, 6, late)]);
      return summary.validity.signals.find(({ name }) => name === "background lateness p99");
    };
    // Three devices every 10 s: a message every 3.33 s.
    expect(await signalOf(0)).toMatchObject({ grade: "valid", measured: "0 us, 0 times 3.33 s" });
    expect(await signalOf(4_000)).toMatchObject({ grade: "degraded" });
    expect(await signalOf(20_000)).toMatchObject({ grade: "void" });
  });
});

it("a run without a background has no word of it", async () => {
  const { summary } = await foldRun(await writeRun(samplePlan(), [{ entries: goodEntries() }]));
  expect(summary).not.toHaveProperty("background");
  expect(summary.validity.signals.map(({ name }) => name)).not.toContain("background lateness p99");
});
