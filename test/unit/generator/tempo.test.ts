import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pace } from "../../../src/generator/pacer.ts";
import { createTempo } from "../../../src/generator/tempo.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const START = us(1_000);
const changed = (...changes: readonly (readonly [at: number, speed: number])[]) => {
  const tempo = createTempo();
  for (const [at, speed] of changes) tempo.change({ at: us(at), speed });
  return tempo;
};

describe("how fast a schedule passes", () => {
  it("is as the clock does, unless it was changed", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (start, offset) => {
        expect(createTempo().due(us(start), us(offset))).toBe(start + offset);
      }),
    );
  });

  it("moves what is due after a pause by the length of the pause, and nothing else", () => {
    const tempo = changed([1_500, 0], [2_100, 1]);
    expect(tempo.due(START, us(499))).toBe(1_499);
    expect(tempo.due(START, us(500))).toBe(1_500);
    expect(tempo.due(START, us(501))).toBe(2_101);
    expect(tempo.due(START, us(900))).toBe(2_500);
  });

  it("has no time for what is due in a pause that has not ended", () => {
    expect(changed([1_500, 0]).due(START, us(501))).toBeUndefined();
    expect(changed([500, 0]).due(START, us(0))).toBeUndefined();
  });

  it("at half the rate lets gaps be twice as long from the change on", () => {
    const tempo = changed([1_200, 0.5]);
    expect([100, 200, 300, 400].map((offset) => tempo.due(START, us(offset)))).toEqual([1_100, 1_200, 1_400, 1_600]);
  });

  it("stays as it is for phases that begin later", () => {
    expect(changed([100, 2]).due(START, us(600))).toBe(1_300);
  });

  it("leaves what is due at the very microsecond of a change, though it is due a part of one later", () => {
    const tempo = changed([1_000, 1.5], [1_333, 0]);
    expect(tempo.due(START, us(500))).toBe(1_333);
  });

  it("never puts an arrival before one that the schedule has before it, and leaves what was due before a change", () => {
    const speeds = fc.constantFrom(0, 0.1, 0.5, 1, 1.5, 5);
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), speeds), { maxLength: 6 });
    fc.assert(
      fc.property(steps, fc.array(fc.nat(3_000), { minLength: 2 }), (given, offsets) => {
        const tempo = createTempo();
        const sorted = offsets.toSorted((a, b) => a - b);
        const dues = () => sorted.map((offset) => tempo.due(START, us(offset)) ?? Infinity);
        let at = Number(START);
        for (const [gap, speed] of given) {
          const before = dues();
          at += gap;
          tempo.change({ at: us(at), speed });
          const after = dues();
          expect(after).toEqual(after.toSorted((a, b) => a - b));
          const past = before.filter((due) => due <= at);
          expect(after.slice(0, past.length)).toEqual(past);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

it("a pacer that sleeps hears of a change, whatever it waits for", async () => {
  const clock = createVirtualClock();
  const tempo = createTempo();
  const arrivals: (readonly [number, number])[] = [];
  const never = new AbortController().signal;
  const schedule = { total: 4, at: (index: number) => us(index * 100) };
  const seqs = [0, 1, 2, 3].map(seq).values();
  const paced = pace(
    { clock, schedule, firstSeq: seq(0), startsAt: us(0), breathe: () => undefined, tempo },
    seqs,
    (_, due) => arrivals.push([due, clock.now()]),
    never,
  );
  void clock.sleepUntil(us(150), never).then(() => tempo.change({ at: us(150), speed: 0 }));
  void clock.sleepUntil(us(1_000), never).then(() => tempo.change({ at: us(1_000), speed: 2 }));
  expect(await clock.drive(paced)).toBeUndefined();
  expect(arrivals).toEqual([
    [0, 0],
    [100, 100],
    [1_025, 1_025],
    [1_075, 1_075],
  ]);
});
