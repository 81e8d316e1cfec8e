import fc from "fast-check";
import { expect, it } from "vitest";
import { seq } from "../../../src/model/units.ts";
import { addSeq, countSeqs, createSeqSet, hasSeq, mergeSeqSet, type SeqSet } from "../../../src/record/seq-set.ts";

const seqs = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });

function setOf(list: readonly number[]): SeqSet {
  const set = createSeqSet();
  for (const each of list) addSeq(set, seq(each));
  return set;
}

it("holds what was added, once, as a Set does; merged too", () => {
  fc.assert(
    fc.property(seqs, seqs, (a, b) => {
      const set = setOf(a);
      mergeSeqSet(set, setOf(b));
      const reference = new Set([...a, ...b]);
      expect(countSeqs(set)).toBe(reference.size);
      const found = Array.from({ length: 5_002 }, (_, each) => each).filter((each) => hasSeq(set, seq(each)));
      expect(new Set(found)).toEqual(reference);
    }),
  );
});
