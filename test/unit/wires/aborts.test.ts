import { expect, it } from "vitest";
import { abortsOf } from "../../../src/wires/socket/aborts.ts";

it("calls what waits when the signal is aborted, once each, and nothing that was taken back", () => {
  const control = new AbortController();
  const called: string[] = [];
  const aborts = abortsOf(control.signal);
  aborts.add(() => called.push("first"));
  const second = aborts.add(() => called.push("second"));
  aborts.delete(second);
  abortsOf(control.signal).add(() => called.push("third"));
  control.abort();
  expect(called).toEqual(["first", "third"]);
});

it("takes back once: the place of one that is gone belongs to the next", () => {
  const control = new AbortController();
  const called: string[] = [];
  const aborts = abortsOf(control.signal);
  const gone = aborts.add(() => called.push("gone"));
  aborts.delete(gone);
  aborts.add(() => called.push("next"));
  aborts.delete(gone);
  control.abort();
  expect(called).toEqual(["next"]);
});

it("calls those that were there when the signal was aborted, though each takes itself back", () => {
  const control = new AbortController();
  const called: number[] = [];
  const aborts = abortsOf(control.signal);
  const waiting = [0, 1, 2].map((index) =>
    aborts.add(() => {
      called.push(index);
      const own = waiting[index];
      if (own !== undefined) aborts.delete(own);
      aborts.add(() => called.push(9));
    }),
  );
  control.abort();
  expect(called).toEqual([0, 1, 2]);
});
