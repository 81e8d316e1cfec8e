import { createHash, hash } from "node:crypto";

/** 32 letters and digits without look-alikes: 5 bits each, so that a byte's lower bits pick one without bias. */
const ALPHABET = Buffer.from("abcdefghijkmnpqrstuvwxyz23456789");

/** One SHA-512 gives so many letters. */
const MAX_LETTERS = 64;

/** `count` letters (at most 64, 5 bits each) that the same key always gives; about a microsecond. */
export function lettersOf(key: string, count: number): string {
  if (count > MAX_LETTERS) throw new RangeError(`one key gives ${MAX_LETTERS} letters, ${count} were asked for`);
  // One byte a character: a Buffer of its own for each digest costs twice as much as the digest.
  const digest = hash("sha512", key, "binary");
  for (let index = 0; index < count; index += 1) LETTERS[index] = ALPHABET[digest.charCodeAt(index) & 31] ?? 0;
  // Not letter by letter: each would be a string of its own.
  return LETTERS.toString("latin1", 0, count);
}

/** Where the letters of one key are put together. */
const LETTERS = Buffer.alloc(MAX_LETTERS);

/** A number in [0, 1) with 48 bits that the same key always gives. */
export function fractionOf(key: string): number {
  return hash("sha256", key, "buffer").readUIntBE(0, 6) / 2 ** 48;
}

/** As many bytes as wanted that the same key always gives (SHAKE256). */
export function bytesOf(key: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(key).digest();
}

/** Big-endian. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Big-endian, filled up with zeros to `length` bytes. */
export function bytesOfNumber(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
}

/** value^-1 modulo a prime or a number coprime to it, by the extended Euclidean algorithm. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [0n, 1n];
  let [rest, divisor] = [modulus, ((value % modulus) + modulus) % modulus];
  while (divisor > 0n) {
    const quotient = rest / divisor;
    [rest, divisor] = [divisor, rest - quotient * divisor];
    [previous, current] = [current, previous - quotient * current];
  }
  if (rest !== 1n) throw new RangeError("the number has no inverse");
  return ((previous % modulus) + modulus) % modulus;
}
