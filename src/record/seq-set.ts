import type { Seq } from "../model/units.ts";

const BITS = 32;

/** Seqs that were seen, one bit each: the only thing here that is known of every single device. */
export interface SeqSet {
  words: Uint32Array;
}

export function createSeqSet(): SeqSet {
  return { words: new Uint32Array(0) };
}

export function addSeq(set: SeqSet, seq: Seq): void {
  const index = Math.floor(seq / BITS);
  if (index >= set.words.length) grow(set, index + 1);
  set.words[index] = (set.words[index] ?? 0) | (1 << (seq % BITS));
}

export function hasSeq(set: SeqSet, seq: Seq): boolean {
  return ((set.words[Math.floor(seq / BITS)] ?? 0) & (1 << (seq % BITS))) !== 0;
}

export function mergeSeqSet(into: SeqSet, from: SeqSet): void {
  if (from.words.length > into.words.length) grow(into, from.words.length);
  for (const [index, word] of from.words.entries()) into.words[index] = (into.words[index] ?? 0) | word;
}

export function countSeqs(set: SeqSet): number {
  let count = 0;
  for (let word of set.words) {
    for (; word !== 0; word = (word & (word - 1)) >>> 0) count += 1;
  }
  return count;
}

function grow(set: SeqSet, length: number): void {
  const words = new Uint32Array(Math.max(length, set.words.length * 2));
  words.set(set.words);
  set.words = words;
}
