import { expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { createTempoControl, type TempoKey } from "../../../src/runs/under-way/tempo-control.ts";

function open(begun = true) {
  const speeds: number[] = [];
  const notes: string[] = [];
  const shown: number[] = [];
  const control = createTempoControl({
    change(speed) {
      speeds.push(speed);
      return begun ? { at: us(12_300_000), speed } : undefined;
    },
    note: (text) => notes.push(text),
    ways: () => ["press p in the terminal", 'press "Let the load go on" on the live page'],
    show: (speed) => shown.push(speed),
  });
  return { press: (key: TempoKey) => control.press(key), offers: () => control.offers(), speeds, notes, shown };
}

it("steps through parts of the planned rate, pauses, and goes on at the rate that was left", () => {
  const { press, speeds, notes, shown } = open();
  for (const key of ["slower", "slower", "pause", "pause", "faster", "faster", "faster"] as const) press(key);
  expect(speeds).toEqual([0.75, 0.5, 0, 0.5, 0.75, 1, 1.25]);
  expect(shown).toEqual(speeds);
  expect(notes.slice(0, 3)).toEqual([
    "The load goes on at 75 % of the planned rate from 12.3 s.",
    "The load goes on at 50 % of the planned rate from 12.3 s.",
    "Paused at 12.3 s: no new device starts under open load. " +
      'To continue: press p in the terminal, or press "Let the load go on" on the live page.',
  ]);
  expect(notes[5]).toBe("The load goes on as planned from 12.3 s.");
});

it("goes no further than its ends, and says nothing then", () => {
  const { press, speeds } = open();
  for (let times = 0; times < 20; times += 1) press("faster");
  expect(speeds.at(-1)).toBe(5);
  expect(speeds).toHaveLength(5);
  expect(press("faster")).toEqual({ done: false, text: "The load is at 500 % already, and goes no further." });
});

it("says what each key would do, and leaves out what would do nothing", () => {
  const { press, offers } = open();
  expect(offers()).toEqual({
    pause: "pause the load",
    slower: "set the load to 75 % of the plan",
    faster: "set the load to 125 % of the plan",
  });
  for (let times = 0; times < 5; times += 1) press("faster");
  expect(offers()).toEqual({ pause: "pause the load", slower: "set the load to 300 % of the plan" });
  press("pause");
  expect(offers()).toMatchObject({ pause: "let the load go on" });
});

it("is not changed without end", () => {
  const { press, speeds } = open();
  for (let times = 0; times < 600; times += 1) press("pause");
  expect(speeds).toHaveLength(500);
  expect(press("pause")).toMatchObject({
    done: false,
    text: "The load was changed 500 times, and is not changed again.",
  });
});

it("changes nothing before the load has begun", () => {
  const { press, notes, shown } = open(false);
  press("pause");
  expect([notes, shown]).toEqual([[], []]);
});
