import { expect, it } from "vitest";
import { usFromSeconds } from "../../../src/model/units.ts";
import type { WatchRecord } from "../../../src/model/watch.ts";
import { keepWatch } from "../../../src/watch/keep-watch.ts";
import type { Look, WatchSource } from "../../../src/watch/look.ts";

const COST = { requests: 1, bytes: 10 };
const SEEN: Look = { ...COST, kind: "seen", services: [{ service: "n", values: [] }], leftOut: 0 };
const gap = (why: string): Look => ({ ...COST, kind: "gap", why });

/** A watch of 5 s over a clock on which only what is waited for, and what looks take, passes; it ends at `end` s. */
async function watch(end: number, looks: readonly ((second: number) => Look & { readonly seconds?: number })[]) {
  const over = new AbortController();
  let now = 0;
  const records: WatchRecord[] = [];
  const warnings: string[] = [];
  const closed: string[] = [];
  const sources = looks.map((look, index): WatchSource => {
    return {
      name: `source ${index}`,
      look: (stop) => {
        expect(stop.aborted).toBe(false);
        const { seconds = 0, ...found } = look(now / 1_000);
        now += seconds * 1_000;
        if (now >= end * 1_000) over.abort();
        return Promise.resolve(found);
      },
      close: () => Promise.resolve(void closed.push(`source ${index}`)),
    };
  });
  await keepWatch(
    {
      sources,
      every: usFromSeconds(5),
      wall: () => Date.parse("2026-11-29T00:00:00.000Z") + now,
      now: () => now,
      pause: (ms) => {
        now += Math.max(0, ms);
        if (now >= end * 1_000) over.abort();
        return Promise.resolve();
      },
      note: (record) => records.push(record),
      warn: (text) => warnings.push(text),
    },
    over.signal,
  );
  expect(closed).toEqual(sources.map(({ name }) => name));
  const times = records.map((record) => `${record.kind} ${record.at.slice(17, 19)}`);
  return { records, times, warnings };
}

it("looks at once, and again each five seconds", async () => {
  const { times, records } = await watch(20, [() => SEEN]);
  expect(times).toEqual(["begin 00", "look 00", "look 05", "look 10", "look 15"]);
  expect(records[1]).toMatchObject({ source: "source 0", took: 0, requests: 1, bytes: 10, leftOut: 0 });
});

it("leaves out the looks that are due while one lasts", async () => {
  const { times, records } = await watch(30, [(second) => ({ ...SEEN, seconds: second === 5 ? 11 : 0.5 })]);
  expect(times).toEqual(["begin 00", "look 00", "look 05", "look 20", "look 25"]);
  expect(records[2]).toMatchObject({ took: 11_000_000 });
});

it("warns once of a source that does not answer, notes each gap, and goes on with it", async () => {
  const { times, warnings } = await watch(25, [(second) => (second === 10 ? SEEN : gap(`dead at ${second}`))]);
  expect(times).toEqual(["begin 00", "gap 00", "gap 05", "look 10", "gap 15", "gap 20"]);
  expect(warnings).toEqual([
    "source 0 does not tell how the server is: dead at 0. The run goes on; its report has gaps there.",
  ]);
});

it("has no gap where the end of the run cut a look off, and what was asked is counted all the same", async () => {
  const { times, records, warnings } = await watch(7, [
    (second) => ({ ...(second === 5 ? gap("cut") : SEEN), seconds: 2 }),
  ]);
  expect(times).toEqual(["begin 00", "look 00", "cut 05"]);
  expect(records[2]).toMatchObject({ source: "source 0", took: 2_000_000, requests: 1, bytes: 10 });
  expect(warnings).toEqual([]);
});
