import { describe, expect, it } from "vitest";
import { createLeaseBook } from "../../../src/workers/bus/leases.ts";

describe("lease book", () => {
  it("tells once of who was not heard of for longer than a lease, and again after it came back", () => {
    const book = createLeaseBook(1_000);
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
    const book = createLeaseBook(1_000);
    for (let now = 0; now < 10_000; now += 900) {
      book.renew("a", now);
      expect(book.takeLapsed(now + 899)).toEqual([]);
    }
  });
});
