/** Deeper than anything that a scenario can mean; the parser's own time grows with the square of the depth. */
const DEEPEST = 64;

/**
 * Where a text is nested too deep to be a scenario, as an offset; undefined: nowhere. Seen from the brackets outside of
 * quotes and comments, and from the dashes at the beginning of a line, without parsing anything.
 */
export function tooDeep(text: string): number | undefined {
  let depth = 0;
  let quote = "";
  let lineStart = true;
  let dashes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\n") {
      lineStart = true;
      dashes = 0;
    }
    if (quote !== "") {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = "";
      continue;
    }
    if (lineStart && (character === "-" || character === "?")) dashes += 1;
    else if (character.trim() !== "") lineStart = false;
    if (dashes > DEEPEST) return at;
    if (character === "#" && /^\s?$/.test(text.charAt(at - 1))) {
      const end = text.indexOf("\n", at);
      if (end < 0) return undefined;
      at = end - 1;
    } else if ((character === '"' || character === "'") && /^[\s[{,:(-]?$/.test(text.charAt(at - 1))) quote = character;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return at;
  }
  return undefined;
}
