import { describe, expect, it } from "vitest";
import { createCores } from "../../../src/simulator/timing/cores.ts";
import { createDirectTransport } from "../../../src/simulator/timing/transport-api.ts";
import { createVirtualTimers } from "./virtual-timers.ts";

/** Two cores that take no time; answers as they come, by the number of the request. */
function open({ cores = 2, delayMs = 0, rebalanceMs = 3_000 } = {}) {
  const timers = createVirtualTimers();
  const api = createCores({
    cores: Array.from({ length: cores }, () => createDirectTransport(timers, 10_000)),
    timers,
    delayMs,
    requestTimeoutMs: 10_000,
    rebalanceMs,
  });
  const told: (readonly [request: number, answer: string | undefined, at: number])[] = [];
  const done: number[] = [];
  const lost: number[] = [];
  const ask = (request: number): void =>
    api.ask(
      "provision",
      () => {
        done.push(request);
        return `device ${request}`;
      },
      (answer) => told.push([request, answer, timers.now()]),
      () => lost.push(request),
    );
  return { timers, api, ask, told, done, lost };
}

describe("cores behind one queue", () => {
  it("take requests in turn, and the queue takes its time each way", () => {
    const { timers, ask, told } = open({ delayMs: 20 });
    ask(0);
    ask(1);
    timers.advanceTo(39);
    expect(told).toEqual([]);
    timers.advanceTo(40);
    expect(told).toEqual([
      [0, "device 0", 40],
      [1, "device 1", 40],
    ]);
  });

  it("leave what is queued for a dead one waiting, until the others take it over", () => {
    const { timers, api, ask, told } = open();
    api.down(1);
    for (const request of [0, 1, 2, 3]) ask(request);
    expect(told.map(([request]) => request)).toEqual([0, 2]);
    expect(api.underWay()).toBe(2);
    timers.advanceTo(3_000);
    expect(told.slice(2)).toEqual([
      [1, "device 1", 3_000],
      [3, "device 3", 3_000],
    ]);
    ask(4);
    ask(5);
    expect(told.map(([request]) => request)).toEqual([0, 2, 1, 3, 4, 5]);
    expect(api.underWay()).toBe(0);
  });

  it("give a part of the queue back to a core that has returned", () => {
    const { timers, api, ask, told, done } = open();
    api.down(1);
    timers.advanceTo(4_000);
    api.up(1);
    api.down(0);
    ask(0);
    ask(1);
    expect(told.map(([request]) => request)).toEqual([1]);
    timers.advanceTo(7_000);
    expect(done).toEqual([1, 0]);
  });

  it("take up nothing that is older than the transport waits: it is told that there is no answer, and no device is made", () => {
    const { timers, api, ask, told, done } = open({ cores: 1 });
    api.down(0);
    ask(0);
    timers.advanceTo(9_000);
    ask(1);
    timers.advanceTo(10_000);
    expect(told).toEqual([[0, undefined, 10_000]]);
    timers.advanceTo(10_500);
    api.up(0);
    timers.advanceTo(20_000);
    expect(done).toEqual([1]);
    expect(told).toEqual([
      [0, undefined, 10_000],
      [1, "device 1", 10_500],
    ]);
  });

  it("make a device that nobody is told of where the queue is slower than the transport waits", () => {
    const { timers, ask, told, done, lost } = open({ delayMs: 6_000 });
    ask(0);
    timers.advanceTo(12_000);
    expect(told).toEqual([[0, undefined, 10_000]]);
    expect(done).toEqual([0]);
    expect(lost).toEqual([0]);
  });

  it("wait for any core where all are dead", () => {
    const { timers, api, ask, told } = open();
    api.down(0);
    api.down(1);
    ask(0);
    ask(1);
    timers.advanceTo(5_000);
    expect(told).toEqual([]);
    api.up(1);
    expect(told.map(([request]) => request)).toEqual([1]);
    timers.advanceTo(8_000);
    expect(told.map(([request]) => request)).toEqual([1, 0]);
  });
});
