import { describe, expect, it } from "vitest";
import { createReadWatch, type LoopFacts } from "../../../src/generator/read-watch.ts";
import { us } from "../../../src/model/units.ts";

/** An event loop whose turns and sleep the test decides; times in microseconds. */
function loop() {
  let now = 0;
  let sleptUs = 0;
  let waitedUs = 0;
  let asked = 0;
  let ends: (() => void)[] = [];
  const facts: LoopFacts = {
    slept: () => sleptUs / 1_000,
    waited: () => {
      asked += 1;
      return waitedUs / 1_000;
    },
    afterTurn: (then) => ends.push(then),
  };
  const watch = createReadWatch(() => us(now), facts);
  return {
    work: (duration: number) => void (now += duration),
    sleep: (duration: number) => {
      now += duration;
      sleptUs += duration;
    },
    /** Woken, and without a processor: to the loop that is sleep. */
    wait: (duration: number) => {
      now += duration;
      sleptUs += duration;
      waitedUs += duration;
    },
    read: () => watch.unread(us(now)),
    asked: () => asked,
    endTurn: () => {
      for (const end of ends) end();
      ends = [];
    },
  };
}

describe("how long an answer may have lain unread", () => {
  it("is nothing for the first that wakes the loop, and grows with each that is handled before", () => {
    const { work, sleep, read, endTurn } = loop();
    read();
    endTurn();
    sleep(5_000);
    expect(read()).toBe(0);
    work(300);
    expect(read()).toBe(300);
  });

  it("is all the time since the look before, where the loop has not slept since", () => {
    const { work, sleep, read, endTurn } = loop();
    sleep(1_000);
    read();
    work(2_000);
    endTurn();
    work(500);
    expect(read()).toBe(2_500);
  });

  it("is what the loop worked since, where it has slept in between, whenever that was", () => {
    const { work, sleep, read, endTurn } = loop();
    read();
    work(1_000);
    endTurn();
    sleep(4_000);
    // A turn that read no answer.
    work(700);
    expect(read()).toBe(700);
  });

  it("is what the thread waited for a processor that others had, though the loop seems to have slept", () => {
    const { work, sleep, wait, read, endTurn } = loop();
    read();
    work(200);
    endTurn();
    sleep(4_000);
    wait(30_000);
    work(100);
    expect(read()).toBe(30_100);
    endTurn();
    // What it waited before counts once.
    sleep(4_000);
    expect(read()).toBe(0);
  });

  it("asks the kernel how long the thread waited only where the loop has slept since", () => {
    const { work, sleep, read, endTurn, asked } = loop();
    sleep(1_000);
    read();
    endTurn();
    expect(asked()).toBe(1);
    work(500);
    read();
    endTurn();
    expect(asked()).toBe(1);
    sleep(1_000);
    read();
    expect(asked()).toBe(2);
  });

  it("covers a loop that stood still", () => {
    const { work, sleep, read, endTurn } = loop();
    read();
    endTurn();
    sleep(1_000);
    work(2_000_000);
    expect(read()).toBe(2_000_000);
  });
});
