import { describe, expect, it } from "vitest";
import { seq } from "../../../src/model/units.ts";
import { seqsOf, shareOf } from "../../../src/schedule/shard.ts";

describe("shards", () => {
  it("share a total out to the unit, the remainder to the first", () => {
    expect([0, 1, 2, 3].map((index) => shareOf(10, { index, count: 4 }))).toEqual([3, 3, 2, 2]);
    expect([0, 1, 2].map((index) => shareOf(1, { index, count: 3 }))).toEqual([1, 0, 0]);
  });

  it("take the seqs of their residue, whatever the first", () => {
    expect([...seqsOf(seq(5), 7, { index: 0, count: 3 })]).toEqual([6, 9]);
    expect([...seqsOf(seq(5), 7, { index: 1, count: 3 })]).toEqual([7, 10]);
    expect([...seqsOf(seq(5), 7, { index: 2, count: 3 })]).toEqual([5, 8, 11]);
    expect([...seqsOf(seq(5), 0, { index: 2, count: 3 })]).toEqual([]);
  });
});
