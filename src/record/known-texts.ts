import { type LineScan, type Word, word } from "./line-scan.ts";

/** More are made anew each time: nobody has as many addresses. */
const MOST = 8;

/** Texts of which a file has few, and each of them often: made once. */
export interface KnownTexts {
  /** What `scan.text` would. */
  read(): string;
}

export function createKnownTexts(scan: LineScan, longest: number): KnownTexts {
  const known: { readonly text: string; readonly written: Word }[] = [];
  return {
    read() {
      for (const { text, written } of known) if (scan.has(written)) return text;
      const text = scan.text(longest);
      if (scan.isGood && known.length < MOST) known.push({ text, written: word(`${text}"`) });
      return text;
    },
  };
}
