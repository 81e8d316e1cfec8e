/** ThingsBoard's deepest, the alarm rules of a device profile, has some 12. */
const DEEPEST = 64;

/**
 * What a server says in JSON; undefined: it is not JSON, or nested too deep to mean anything. A list in lists in lists is read
 * without harm; whoever then makes a text of it, or sends it back, runs out of stack.
 */
export function readServerJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const OPENING: ReadonlySet<number> = new Set(["[", "{"].map((bracket) => bracket.charCodeAt(0)));
const CLOSING: ReadonlySet<number> = new Set(["]", "}"].map((bracket) => bracket.charCodeAt(0)));

/** Brackets within strings do not count. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString && code === BACKSLASH) at += 1;
    else if (code === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (OPENING.has(code)) depth += 1;
    else if (CLOSING.has(code)) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
