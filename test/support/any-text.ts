import fc from "fast-check";

/**
 * Text of any characters but halves of a pair, and of names that are something in JavaScript. fast-check's own unit "binary" has
 * the same, and takes a second and a half to list all million of them for its way back, which here is a sum.
 */
export function anyText(options: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  const unit = fc
    .integer({ min: 0, max: LAST - SURROGATES })
    .map((n) => String.fromCodePoint(n < FIRST ? n : n + SURROGATES), numberOf);
  return fc.string({ unit, ...options });
}

const FIRST = 0xd800;
const SURROGATES = 0x800;
const LAST = 0x10ffff;

/** The way back, for a value of any kind. Throws for what is not one whole character. */
function numberOf(value: unknown): number {
  const code = typeof value === "string" ? value.codePointAt(0) : undefined;
  if (code === undefined || (code >= FIRST && code < FIRST + SURROGATES) || value !== String.fromCodePoint(code)) {
    throw new Error("not one character");
  }
  return code < FIRST ? code : code - SURROGATES;
}
