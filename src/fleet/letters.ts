import { hash } from "node:crypto";

/** 32 letters and digits without look-alikes: 5 bits each, so that a byte's lower bits pick one without bias. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** At most so many letters come from one key. */
const MAX_LETTERS = 64;

/**
 * `count` letters (at most 64, 5 bits each) that nobody guesses without the key and that the same key always gives:
 * one SHA-512, which costs about a microsecond.
 */
export function lettersOf(key: string, count: number): string {
  if (count > MAX_LETTERS) throw new RangeError(`one key gives ${MAX_LETTERS} letters, ${count} were asked for`);
  const digest = hash("sha512", key, "buffer");
  let letters = "";
  for (let index = 0; index < count; index += 1) letters += ALPHABET.charAt((digest[index] ?? 0) & 31);
  return letters;
}

/** A number in [0, 1) with 48 bits that the same key always gives. */
export function fractionOf(key: string): number {
  return hash("sha256", key, "buffer").readUIntBE(0, 6) / 2 ** 48;
}
