import { expect, it } from "vitest";
import { createNewest } from "../../../src/library/progress.ts";

async function all(values: AsyncIterable<number>): Promise<readonly number[]> {
  const read: number[] = [];
  for await (const value of values) read.push(value);
  return read;
}

it("ends for all who read it, however many they are", async () => {
  const newest = createNewest<number>();
  const readers = [all(newest), all(newest)];
  await Promise.resolve();
  newest.put(1);
  await new Promise((resolve) => setImmediate(resolve));
  newest.end();
  expect((await Promise.all(readers)).flat()).toEqual([1]);
});
