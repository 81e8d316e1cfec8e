/**
 * What a terminal or an editor obeys instead of showing: control characters, direction marks, line separators, and all that has no
 * form of its own. JSON.stringify escapes the first 32 alone.
 */
const obeyed = (): RegExp => /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

const ASCII = /^[\n -~]*$/;

/** JSON of `value` that is safe to be shown: the same value to whoever parses it. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  // Nearly all lines are ASCII, and a journal has many lines.
  return ASCII.test(text) ? text : text.replaceAll(obeyed(), escaped);
}

/** \u and four digits for each of its 16-bit units. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
