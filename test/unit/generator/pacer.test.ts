import { expect, it } from "vitest";
import { createBreather } from "../../../src/generator/breather.ts";
import { pace } from "../../../src/generator/pacer.ts";
import { createTempo } from "../../../src/generator/tempo.ts";
import type { Schedule } from "../../../src/model/ports.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const breathe = () => undefined;
const schedule: Schedule = { total: 4, at: (index) => us(index * 100) };

function* seqs() {
  for (let next = 10; next < 14; next += 1) yield seq(next);
}

it("paces from the phase's start, and calls at once what is due without waiting for what it calls", async () => {
  const clock = createVirtualClock();
  const arrivals: (readonly [number, number, number])[] = [];
  const paced = pace(
    { clock, schedule, firstSeq: seq(10), startsAt: us(1_000), breathe, tempo: createTempo() },
    seqs(),
    (next, intended) => {
      arrivals.push([next, intended, clock.now()]);
      if (next === 10) clock.advance(250);
    },
    new AbortController().signal,
  );
  expect(await clock.drive(paced)).toBeUndefined();
  expect(arrivals).toEqual([
    [10, 1_000, 1_000],
    [11, 1_100, 1_250],
    [12, 1_200, 1_250],
    [13, 1_300, 1_300],
  ]);
});

it("stops in its sleep and gives back the device that did not arrive", async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const arrived: number[] = [];
  const paced = pace(
    { clock, schedule, firstSeq: seq(10), startsAt: us(0), breathe, tempo: createTempo() },
    seqs(),
    (next) => arrived.push(next),
    stop.signal,
  );
  void clock.sleepUntil(us(150), new AbortController().signal).then(() => stop.abort());
  expect(await clock.drive(paced)).toBe(12);
  expect(arrived).toEqual([10, 11]);
  expect(clock.now()).toBe(150);
});

it("lets the event loop turn in a burst that takes longer than a few milliseconds to start", async () => {
  let turned = 0;
  const turning = setInterval(() => (turned += 1), 0);
  const busy = (): void => {
    const until = performance.now() + 6;
    while (performance.now() < until);
  };
  const burst: Schedule = { total: 4, at: () => us(0) };
  const clock = createVirtualClock();
  let turnedAtLast = 0;
  await pace(
    { clock, schedule: burst, firstSeq: seq(10), startsAt: us(0), breathe: createBreather(), tempo: createTempo() },
    seqs(),
    () => {
      turnedAtLast = turned;
      busy();
    },
    new AbortController().signal,
  );
  clearInterval(turning);
  expect(turnedAtLast).toBeGreaterThan(0);
});
