import { describe, expect, it } from "vitest";
import { createReadWatch, type LoopFacts } from "../../../src/generator/read-watch.ts";
import { us } from "../../../src/model/units.ts";

/** An event loop whose turns and sleep the test decides; times in microseconds. */
function loop() {
  let now = 0;
  let sleptUs = 0;
  let ends: (() => void)[] = [];
  const facts: LoopFacts = { slept: () => sleptUs / 1_000, afterTurn: (then) => ends.push(then) };
  const watch = createReadWatch(() => us(now), facts);
  return {
    work: (duration: number) => void (now += duration),
    sleep: (duration: number) => {
      now += duration;
      sleptUs += duration;
    },
    read: () => watch.unread(us(now)),
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

  it("covers a loop that stood still", () => {
    const { work, sleep, read, endTurn } = loop();
    read();
    endTurn();
    sleep(1_000);
    work(2_000_000);
    expect(read()).toBe(2_000_000);
  });
});
