import { describe, expect, it } from "vitest";
import { createPublishing, type Publishing, type Speaker } from "../../../src/generator/publishing.ts";
import type { BackgroundStage, MessageTally } from "../../../src/model/background.ts";
import type { HeldSession } from "../../../src/model/ports.ts";
import { us } from "../../../src/model/units.ts";
import { createVirtualClock, sleepFor, type VirtualClock } from "../../support/virtual-clock.ts";

const SECOND = 1_000_000;
const BEFORE: BackgroundStage = { kind: "before" };
const LOAD: BackgroundStage = { kind: "load", phase: 0 };
const never = new AbortController().signal;

interface Stand {
  readonly clock: VirtualClock;
  readonly publishing: Publishing;
  /** When each message was sent, and by whom. */
  readonly sent: [at: number, speaker: number][];
  readonly tallies: MessageTally[];
  readonly speakers: Speaker[];
  readonly stop: AbortController;
  readonly latenesses: number[];
}

/** `latency`: of the n-th message of a speaker, from 1; undefined: it is never acknowledged. "refused": the PUBACK says no. */
function stand(count: number, latency: (speaker: number, message: number) => number | "refused" | undefined): Stand {
  const clock = createVirtualClock();
  const tallies: MessageTally[] = [];
  const latenesses: number[] = [];
  const sent: Stand["sent"] = [];
  const publishing = createPublishing({
    clock,
    every: us(count * SECOND),
    deadline: us(5 * SECOND),
    breathe: () => undefined,
    add: (tally) => tallies.push(tally),
    onSent: (lateness) => latenesses.push(lateness),
  });
  const speakers = Array.from({ length: count }, (_, speaker): Speaker => {
    let messages = 0;
    const session: HeldSession = {
      lost: Promise.withResolvers<string>().promise,
      close: () => Promise.resolve(),
      publish(heard) {
        sent.push([clock.now(), speaker]);
        messages += 1;
        const takes = latency(speaker, messages);
        if (takes === "refused") heard("PUBACK 151 quota exceeded");
        else if (takes !== undefined) void sleepFor(clock, takes, never).then(() => heard(undefined));
      },
    };
    return { turn: us(speaker * SECOND), session, unanswered: undefined };
  });
  return { clock, publishing, sent, tallies, speakers, stop: new AbortController(), latenesses };
}

async function runFor(seconds: number, on: Stand, abort: AbortSignal = never): Promise<void> {
  const { clock, publishing, speakers, stop } = on;
  const running = publishing.run(speakers, us(0), stop.signal);
  const ended = (async () => {
    await sleepFor(clock, seconds * SECOND - 1, never);
    stop.abort();
    await running;
    await publishing.land(abort);
  })();
  await clock.drive(ended);
}

function totalOf(tallies: readonly MessageTally[]) {
  const total = { intended: 0, acknowledged: 0, timedOut: 0, refused: 0, lost: 0, offline: 0, dropped: 0, aborted: 0 };
  for (const { intended, acknowledged, timedOut, ended } of tallies) {
    total.intended += intended;
    total.acknowledged += acknowledged.roundTrips.length;
    total.timedOut += timedOut.roundTrips.length;
    for (const [key, count] of Object.entries(ended) as ["lost", number][]) total[key] += count;
  }
  return total;
}

const NONE = { acknowledged: 0, timedOut: 0, refused: 0, lost: 0, offline: 0, dropped: 0, aborted: 0 };

describe("publishing", () => {
  it("lets each speaker have its turn once a round, at its time", async () => {
    const on = stand(3, () => 1_000);
    await runFor(6, on);
    expect(on.sent).toEqual([0, 1, 2, 3, 4, 5].map((second) => [second * SECOND, second % 3]));
    expect(totalOf(on.tallies)).toEqual({ ...NONE, intended: 6, acknowledged: 6 });
    expect(on.tallies.flatMap(({ acknowledged }) => acknowledged.roundTrips)).toEqual(Array(6).fill(1_000));
    expect(on.latenesses).toEqual(Array(6).fill(0));
  });

  it("tells the stage in which a message was due, wherever it ended", async () => {
    const on = stand(2, () => 1.5 * SECOND);
    on.publishing.enter(BEFORE, us(0));
    on.publishing.enter(LOAD, us(2 * SECOND));
    await runFor(4, on);
    const of = (kind: string) => totalOf(on.tallies.filter(({ stage }) => stage.kind === kind));
    expect(of("before")).toEqual({ ...NONE, intended: 2, acknowledged: 2 });
    expect(of("load")).toEqual({ ...NONE, intended: 2, acknowledged: 2 });
    expect(new Set(on.tallies.map(({ second }) => second))).toEqual(new Set([0, 1, 2, 3]));
  });

  it("counts a message as timed out at the time that was waited, and those due meanwhile as dropped", async () => {
    // Every 2 s; the first is never acknowledged, and its deadline is 5 s.
    const on = stand(2, (speaker, message) => (speaker === 0 && message === 1 ? undefined : 1_000));
    await runFor(8, on);
    expect(on.sent.filter(([, speaker]) => speaker === 0)).toEqual([
      [0, 0],
      [6 * SECOND, 0],
    ]);
    expect(totalOf(on.tallies)).toEqual({ ...NONE, intended: 8, acknowledged: 5, timedOut: 1, dropped: 2 });
    expect(on.tallies.flatMap(({ timedOut }) => timedOut.roundTrips)).toEqual([5 * SECOND]);
  });

  it("a PUBACK that comes after its deadline counts once, and is not taken for that of the next message", async () => {
    const on = stand(1, (_, message) => (message === 1 ? 5.2 * SECOND : 2_000));
    await runFor(7, on);
    expect(totalOf(on.tallies)).toMatchObject({ intended: 7, timedOut: 1, dropped: 4, acknowledged: 2 });
    expect(on.tallies.flatMap(({ acknowledged }) => acknowledged.roundTrips)).toEqual([2_000, 2_000]);
  });

  it("a message that leaves late is late from the time at which it was due, and from that time alone", async () => {
    const on = stand(1, () => 1_000);
    void on.clock.sleepUntil(us(0.5 * SECOND), never).then(() => on.clock.advance(1 * SECOND));
    await runFor(3, on);
    const late = on.tallies.find(({ second }) => second === 1);
    expect(late?.acknowledged).toEqual({ roundTrips: [1_000], responseTimes: [0.5 * SECOND + 1_000] });
    expect(on.latenesses).toEqual([0, 0.5 * SECOND, 0]);
  });

  it("a lost session takes its message along, and what is due without one is offline until there is one again", async () => {
    const on = stand(1, (_, message) => (message === 2 ? undefined : 1_000));
    const [speaker] = on.speakers;
    if (speaker === undefined) throw new Error("there is no speaker");
    const { session } = speaker;
    void on.clock.sleepUntil(us(1.5 * SECOND), never).then(() => on.publishing.lose(speaker));
    void on.clock.sleepUntil(us(3.5 * SECOND), never).then(() => (speaker.session = session));
    await runFor(5, on);
    expect(totalOf(on.tallies)).toEqual({ ...NONE, intended: 5, acknowledged: 2, lost: 1, offline: 2 });
  });

  it("a refusal has no time", async () => {
    const on = stand(1, (_, message) => (message === 1 ? "refused" : 1_000));
    await runFor(2, on);
    expect(totalOf(on.tallies)).toEqual({ ...NONE, intended: 2, acknowledged: 1, refused: 1 });
  });

  it("what is under way at the end is waited for, at most until its deadline; a stop at once aborts it", async () => {
    const waited = stand(1, () => 3 * SECOND);
    await runFor(1, waited);
    expect(totalOf(waited.tallies)).toEqual({ ...NONE, intended: 1, acknowledged: 1 });

    const inVain = stand(1, () => undefined);
    await runFor(1, inVain);
    expect(totalOf(inVain.tallies)).toEqual({ ...NONE, intended: 1, timedOut: 1 });
    expect(inVain.clock.now()).toBe(5 * SECOND);

    const aborted = stand(1, () => undefined);
    await runFor(1, aborted, AbortSignal.abort());
    expect(totalOf(aborted.tallies)).toEqual({ ...NONE, intended: 1, aborted: 1 });
  });

  it("has nothing to do for nobody", async () => {
    const on = stand(0, () => 1);
    await runFor(1, on);
    expect(on.tallies).toEqual([]);
  });
});
