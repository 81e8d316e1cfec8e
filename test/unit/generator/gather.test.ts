import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createGather } from "../../../src/generator/gather.ts";

it("starts those of one turn together, when everything that the turn has read is handled", async () => {
  const gather = createGather();
  const order: string[] = [];
  const devices: Promise<void>[] = [];
  const start = async (name: string): Promise<void> => {
    await gather();
    order.push(name);
  };
  await nextTurn();
  for (const name of ["a", "b", "c"]) {
    // As the sockets that one turn reads: each a call of its own, with its microtasks.
    process.nextTick(() => {
      order.push(`answer ${name}`);
      devices.push(start(name));
    });
  }
  await nextTurn();
  await Promise.all(devices);
  expect(order).toEqual(["answer a", "answer b", "answer c", "a", "b", "c"]);
});

it("looks at the sockets after sixteen, in the order in which they came", async () => {
  const gather = createGather();
  const started: number[] = [];
  const start = async (index: number): Promise<void> => {
    await gather();
    started.push(index);
  };
  const all = Promise.all(Array.from({ length: 40 }, (_, index) => start(index)));
  const afterEachTurn = [];
  while (started.length < 40) {
    await nextTurn();
    afterEachTurn.push(started.length);
  }
  await all;
  expect(afterEachTurn).toEqual([16, 32, 40]);
  expect(started).toEqual(Array.from({ length: 40 }, (_, index) => index));
});

it("makes those of a later turn wait again", async () => {
  const gather = createGather();
  await gather();
  let started = false;
  const waiting = Promise.resolve(gather()).then(() => (started = true));
  await Promise.resolve();
  expect(started).toBe(false);
  await waiting;
  expect(started).toBe(true);
});
