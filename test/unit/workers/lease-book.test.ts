import { describe, expect, it } from "vitest";
import { AS_LONG, createLeaseBook, type Grace, type LeaseBook, TWO_BEATS } from "../../../src/workers/bus/leases.ts";

describe("lease book", () => {
  it("tells once of who was not heard of for longer than a lease, and again after it came back", () => {
    const book = createLeaseBook(1_000, AS_LONG);
    book.renew("a", 0);
    book.renew("b", 600);
    expect(book.takeLapsed(1_000)).toEqual([]);
    expect(book.takeLapsed(1_001)).toEqual(["a"]);
    expect(book.takeLapsed(1_500)).toEqual([]);
    book.renew("a", 1_550);
    expect(book.takeLapsed(2_000)).toEqual(["b"]);
    expect(book.takeLapsed(2_551)).toEqual(["a"]);
  });

  it("has nothing against who renews in time", () => {
    const book = createLeaseBook(1_000, AS_LONG);
    for (let now = 0; now < 10_000; now += 900) {
      book.renew("a", now);
      expect(book.takeLapsed(now + 899)).toEqual([]);
    }
  });

  /** Looked at every 250 ms until `until`. */
  function look(book: LeaseBook, from: number, until: number): readonly (readonly [number, string])[] {
    const lapses: [number, string][] = [];
    for (let now = from; now <= until; now += 250) for (const key of book.takeLapsed(now)) lapses.push([now, key]);
    return lapses;
  }

  /** Of "a", that came last at 1,000, when who watches it was stopped from then to 21,000. */
  function watchAfterPause(grace: Grace, renewals: readonly number[]): readonly (readonly [number, string])[] {
    const book = createLeaseBook(5_000, grace);
    book.renew("a", 0);
    expect(look(book, 0, 1_000)).toEqual([]);
    book.renew("a", 1_000);
    const lapses = [...look(book, 21_000, 21_000)];
    let from = 21_250;
    for (const at of [...renewals, 60_000]) {
      lapses.push(...look(book, from, at));
      book.renew("a", at);
      from = at + 250;
    }
    return lapses;
  }

  it("takes nobody for lost because it was away itself: who comes again afterwards has never been gone", () => {
    expect(
      watchAfterPause(AS_LONG, [22_000, 26_000, 30_000, 34_000, 38_000, 42_000, 46_000, 50_000, 54_000, 58_000]),
    ).toEqual([]);
  });

  it("after that waits for who does not come as long as it was away; for the owner of a load for two beats", () => {
    expect(watchAfterPause(AS_LONG, [])).toEqual([[41_000, "a"]]);
    expect(watchAfterPause(TWO_BEATS, [])).toEqual([[23_000, "a"]]);
    // Whoever has come again has one lease as before.
    expect(watchAfterPause(AS_LONG, [21_500])).toEqual([[26_750, "a"]]);
  });

  it("is away once: looks that come late again and again keep nobody alive", () => {
    const book = createLeaseBook(1_000, TWO_BEATS);
    book.renew("a", 0);
    const told: number[] = [];
    for (let now = 0; now < 5_000; now += 700) if (book.takeLapsed(now).length > 0) told.push(now);
    expect(told).toEqual([2_100]);
  });
});
