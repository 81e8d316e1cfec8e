import { describe, expect, it } from "vitest";
import { lookAtRest, type RestWish } from "../../../src/operations/at-rest.ts";
import { hurriedWaits } from "../../support/hurried-waits.ts";

const never = new AbortController().signal;

/** A server that has `devices(ms)` devices so many milliseconds after the first look. */
async function look(devices: (ms: number) => number, { limitMs = 0, atMostMs = 60_000, more = 0 } = {}) {
  const waits = hurriedWaits();
  const said: (number | undefined)[] = [];
  const wish: RestWish = { waits, atMostMs, onWait: (count) => said.push(count) };
  let counts = 0;
  const count = async (): Promise<number> => {
    counts += 1;
    return devices(waits.now());
  };
  const list = async () => ({ onServer: devices(waits.now()) + more });
  const { found, rest } = await lookAtRest({ count, list, limitMs }, wish, never);
  expect(rest.counts).toBe(counts);
  return { onServer: found.onServer, ...rest, said };
}

describe("lookAtRest", () => {
  it("counts twice, 2 s apart, where the server's limit is over and nothing moves", async () => {
    expect(await look(() => 5)).toMatchObject({ onServer: 5, settled: true, waitedMs: 2_000, counts: 2, said: [5] });
  });

  it("goes on while devices come", async () => {
    const found = await look((ms) => Math.min(300, 56 + Math.floor(ms / 50)));
    expect(found).toMatchObject({ onServer: 300, settled: true, waitedMs: 16_000 });
  });

  it("is not taken in by a pause before the limit is over: requests may lie in the queue", async () => {
    const found = await look((ms) => (ms < 12_000 ? 56 : 300), { limitMs: 19_500 });
    expect(found).toMatchObject({ onServer: 300, settled: true, waitedMs: 20_000 });
  });

  it("says that it is not settled where devices come until the time is over, and reads the list all the same", async () => {
    const found = await look((ms) => ms, { atMostMs: 9_000 });
    expect(found).toMatchObject({ onServer: 8_000, settled: false, waitedMs: 8_000, counts: 5 });
  });

  it("does not call settled what has been given no time", async () => {
    expect(await look(() => 5, { atMostMs: 0 })).toMatchObject({ onServer: 5, settled: false, waitedMs: 0, counts: 1 });
    expect(await look(() => 5, { atMostMs: 12_000, limitMs: 20_000 })).toMatchObject({ settled: false });
  });

  it("holds the list against the count: one device more is not rest", async () => {
    expect(await look(() => 5, { more: 1, atMostMs: 10_000 })).toMatchObject({ onServer: 6, settled: false });
  });

  it("believes a server that tells whether it is busy, and counts nothing", async () => {
    const waits = hurriedWaits();
    const words = [true, true, false];
    const server = {
      count: () => Promise.reject(new Error("counted")),
      list: () => Promise.resolve({ onServer: 7 }),
      busy: () => Promise.resolve(words.shift() ?? false),
      limitMs: 20_000,
    };
    const { rest } = await lookAtRest(server, { waits, atMostMs: 60_000, onWait: () => undefined }, never);
    expect(rest).toEqual({ settled: true, waitedMs: 200, counts: 0 });
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    const wish = { waits: hurriedWaits(), atMostMs: 60_000, onWait: () => stop.abort(new Error("enough")) };
    const server = { count: () => Promise.resolve(1), list: () => Promise.resolve({ onServer: 1 }), limitMs: 0 };
    await expect(lookAtRest(server, wish, stop.signal)).rejects.toThrow("enough");
  });
});
