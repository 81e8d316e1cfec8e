/** What is written between values: an ASCII text, in bytes. */
export interface Word {
  readonly length: number;
  /** Four bytes each, to be compared at once; what is left over is in `rest`. */
  readonly fours: Int32Array;
  readonly rest: Uint8Array;
}

export function word(text: string): Word {
  const bytes = Buffer.from(text, "latin1");
  const whole = bytes.length - (bytes.length % 4);
  const fours = Int32Array.from({ length: whole / 4 }, (_, index) => bytes.readInt32LE(4 * index));
  return { length: bytes.length, fours, rest: Uint8Array.from(bytes.subarray(whole)) };
}

const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;
const TILDE = 126;
const ZERO = 48;
/** So many digits make a number of 32 bits, which is read in a third of the time. */
const INTEGER_DIGITS = 9;
/** More digits than that may not be exact. */
const MOST_DIGITS = 15;

/**
 * Reads a line from its bytes by what is expected next, without a look back. After the first thing that is not as expected
 * `isGood` is false, and what is read is worth nothing: the line may be anything, and has to be read the long way.
 */
export class LineScan {
  /** Where what was read ends. */
  at = 0;
  isGood = true;
  #buffer: Buffer = Buffer.alloc(0);
  #bytes: Uint8Array = this.#buffer;
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  start(bytes: Buffer, at: number): void {
    if (bytes !== this.#buffer) {
      this.#buffer = bytes;
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#end = bytes.length;
    }
    this.at = at;
    this.isGood = true;
  }

  /** Goes past it if it stands here. */
  has({ length, fours, rest }: Word): boolean {
    let { at } = this;
    if (at + length > this.#end) return false;
    const view = this.#view;
    for (let index = 0; index < fours.length; index += 1, at += 4) {
      if (view.getInt32(at, true) !== fours[index]) return false;
    }
    const bytes = this.#bytes;
    for (let index = 0; index < rest.length; index += 1, at += 1) {
      if (bytes[at] !== rest[index]) return false;
    }
    this.at = at;
    return true;
  }

  /** Goes past what must stand here. */
  expect(expected: Word): void {
    if (!this.has(expected)) this.isGood = false;
  }

  /** Goes past the first of them that stands here, one of which must; its index. */
  oneOf(expected: readonly Word[]): number {
    for (let index = 0; index < expected.length; index += 1) {
      const each = expected[index];
      if (each !== undefined && this.has(each)) return index;
    }
    this.isGood = false;
    return -1;
  }

  /** A whole number from 0 to `most`, as JSON.stringify writes it. */
  count(most: number): number {
    const bytes = this.#bytes;
    const from = this.at;
    let at = from;
    let first = 0;
    for (const limit = from + INTEGER_DIGITS; at < limit; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      first = (Math.imul(first, 10) + digit) | 0;
    }
    let value = first;
    while (at >= from + INTEGER_DIGITS) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at += 1;
    }
    const digits = at - from;
    if (digits === 0 || digits > MOST_DIGITS || value > most || (digits > 1 && bytes[from] === ZERO))
      this.isGood = false;
    this.at = at;
    return value;
  }

  /** What follows a quotation mark up to the next, and goes past it: printable ASCII without escapes, of at most `longest`. */
  text(longest = Infinity): string {
    const from = this.at;
    this.skipText();
    if (this.at - 1 - from > longest) this.isGood = false;
    return this.isGood ? this.skipped(from, this.at - 1) : "";
  }

  /** A text that was gone past, whose quotation marks stand before `from` and at `to`. */
  skipped(from: number, to: number): string {
    return this.#buffer.toString("latin1", from, to);
  }

  /** The same as `text`, where nobody wants it, or not yet. */
  skipText(): void {
    const bytes = this.#bytes;
    let { at } = this;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte > TILDE || byte === BACKSLASH) {
        this.isGood = false;
        break;
      }
      at += 1;
    }
    this.at = at + 1;
  }
}
