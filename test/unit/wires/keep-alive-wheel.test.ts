import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createKeepAliveWheel, type KeptAlive } from "../../../src/wires/mqtt/lean/keep-alive-wheel.ts";

/** A session whose server answers each ping at once, or never. */
function session(server: "answers" | "is silent") {
  const pings: number[] = [];
  const lapses: number[] = [];
  let answered = true;
  const kept: KeptAlive = {
    get answered() {
      return answered;
    },
    ping() {
      pings.push(performance.now());
      answered = server === "answers";
    },
    lapse: () => lapses.push(performance.now()),
  };
  return { kept, pings, lapses };
}

describe("the wheel that keeps sessions alive", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("pings each session once in every interval, the first time within the first", () => {
    const wheel = createKeepAliveWheel(60, () => performance.now());
    const sessions = Array.from({ length: 50 }, () => session("answers"));
    const began = performance.now();
    const slots = sessions.map(({ kept }) => ({ kept, slot: wheel.add(kept) }));
    vi.advanceTimersByTime(180_000);
    for (const { pings, lapses } of sessions) {
      expect(pings).toHaveLength(3);
      expect((pings[0] ?? 0) - began).toBeLessThanOrEqual(60_000);
      expect((pings[2] ?? 0) - (pings[1] ?? 0)).toBeCloseTo(60_000, -2);
      expect(lapses).toEqual([]);
    }
    for (const { kept, slot } of slots) wheel.delete(kept, slot);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("spreads sessions that began together: no second of the interval has more than its share and a few", () => {
    const wheel = createKeepAliveWheel(60, () => performance.now());
    const sessions = Array.from({ length: 6_000 }, () => session("answers"));
    const began = performance.now();
    for (const { kept } of sessions) wheel.add(kept);
    vi.advanceTimersByTime(60_000);
    const bySecond = Array.from({ length: 61 }, () => 0);
    // One list, not six thousand expectations.
    expect(sessions.filter(({ pings }) => pings.length !== 1)).toEqual([]);
    for (const { pings } of sessions) {
      const second = Math.floor(((pings[0] ?? 0) - began) / 1_000);
      bySecond[second] = (bySecond[second] ?? 0) + 1;
    }
    expect(Math.max(...bySecond)).toBeLessThanOrEqual(115);
  });

  it("sets no timer into the past, however long its own turn took", () => {
    let looks = 0;
    // Each look at the clock takes half a tick.
    const wheel = createKeepAliveWheel(10, () => performance.now() + (looks += 1) * 50);
    const delays: number[] = [];
    const { setTimeout: faked } = globalThis;
    globalThis.setTimeout = Object.assign((turn: () => void, delay: number) => {
      delays.push(delay);
      return faked(turn, delay);
    }, faked);
    const { kept } = session("answers");
    const slot = wheel.add(kept);
    vi.advanceTimersByTime(1_000);
    wheel.delete(kept, slot);
    globalThis.setTimeout = faked;
    expect(delays.length).toBeGreaterThan(2);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1);
  });

  it("lets a session lapse half an interval after the ping that nobody answered", () => {
    const wheel = createKeepAliveWheel(10, () => performance.now());
    const silent = session("is silent");
    const slot = wheel.add(silent.kept);
    vi.advanceTimersByTime(15_500);
    expect(silent.pings).toHaveLength(1);
    expect(silent.lapses).toHaveLength(1);
    expect((silent.lapses[0] ?? 0) - (silent.pings[0] ?? 0)).toBeCloseTo(5_000, -2);
    wheel.delete(silent.kept, slot);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes a session that leaves and comes again while the wheel stands still", () => {
    const wheel = createKeepAliveWheel(1, () => performance.now());
    const { kept, pings } = session("answers");
    wheel.delete(kept, wheel.add(kept));
    vi.advanceTimersByTime(10_000);
    wheel.add(kept);
    vi.advanceTimersByTime(1_000);
    expect(pings).toHaveLength(1);
  });
});
