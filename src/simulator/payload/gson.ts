/** A number as it was written: Gson's getAsString gives the text back, not a value. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): number {
    return Number(this.text);
  }
}

export type GsonValue =
  | string
  | boolean
  | null
  | NumberText
  | readonly GsonValue[]
  | { readonly [name: string]: GsonValue };

/** Gson's JsonSyntaxException, with its message. */
export class GsonSyntaxError extends Error {}

/** Ends an unquoted literal, besides white space. */
const SEPARATORS = new Set("/\\;#=,:{}[]");
const SPACE = new Set(" \t\r\n\f");
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const ESCAPES: Readonly<Record<string, string>> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", "\n": "\n" };
const MAX_DEPTH = 255;

/**
 * JSON as Gson's lenient JsonParser reads it: comments, single quotes, unquoted names and strings, `;` for `,` and `=` for
 * `:` are accepted; what follows the value is not. An empty document is null. Throws GsonSyntaxError.
 */
export function parseGson(text: string): GsonValue {
  let at = 0;

  const position = (path: string): string => {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - (before.lastIndexOf("\n") + 1) + 1;
    return `line ${line} column ${column} path ${path}`;
  };
  const endOfInput = (path: string): GsonSyntaxError =>
    new GsonSyntaxError(`java.io.EOFException: End of input at ${position(path)}`);
  const malformed = (what: string, path: string): GsonSyntaxError =>
    new GsonSyntaxError(`com.google.gson.stream.MalformedJsonException: ${what} at ${position(path)}`);

  /** Moves to the next character that means something; false at the end. */
  const skip = (): boolean => {
    while (at < text.length) {
      const char = text.charAt(at);
      if (SPACE.has(char)) at += 1;
      else if (char === "#" || text.startsWith("//", at)) {
        const end = text.indexOf("\n", at);
        at = end === -1 ? text.length : end + 1;
      } else if (text.startsWith("/*", at)) {
        const end = text.indexOf("*/", at + 2);
        if (end === -1) throw malformed("Unterminated comment", "$");
        at = end + 2;
      } else return true;
    }
    return false;
  };

  const quoted = (quote: string, path: string): string => {
    at += 1;
    let value = "";
    while (at < text.length) {
      const char = text.charAt(at);
      at += 1;
      if (char === quote) return value;
      value += char === "\\" ? escape(path) : char;
    }
    throw malformed("Unterminated string", path);
  };

  const escape = (path: string): string => {
    if (at >= text.length) throw malformed("Unterminated escape sequence", path);
    const char = text.charAt(at);
    at += 1;
    if (char === "u") {
      const digits = text.slice(at, at + 4);
      if (!/^[\da-fA-F]{4}$/.test(digits)) throw malformed("Malformed Unicode escape", path);
      at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    if (char === "'" || char === '"' || char === "\\" || char === "/") return char;
    throw malformed("Invalid escape sequence", path);
  };

  const unquoted = (): string => {
    const start = at;
    while (at < text.length && !SEPARATORS.has(text.charAt(at)) && !SPACE.has(text.charAt(at))) at += 1;
    return text.slice(start, at);
  };

  const object = (path: string, depth: number): GsonValue => {
    at += 1;
    const members: [string, GsonValue][] = [];
    for (;;) {
      if (!skip()) throw endOfInput(`${path}.`);
      const char = text.charAt(at);
      if (char === "}" && members.length === 0) break;
      const name = char === '"' || char === "'" ? quoted(char, `${path}.`) : unquoted();
      if (name === "" && char !== '"' && char !== "'") throw malformed("Expected name", `${path}.`);
      const inside = `${path}.${name}`;
      if (!skip()) throw endOfInput(inside);
      if (text.charAt(at) !== ":" && text.charAt(at) !== "=") throw malformed("Expected ':'", inside);
      at += text.startsWith("=>", at) ? 2 : 1;
      members.push([name, value(inside, depth + 1)]);
      if (!skip()) throw endOfInput(inside);
      if (text.charAt(at) === "}") break;
      if (text.charAt(at) !== "," && text.charAt(at) !== ";") throw malformed("Unterminated object", inside);
      at += 1;
    }
    at += 1;
    return Object.fromEntries(members);
  };

  const array = (path: string, depth: number): GsonValue => {
    at += 1;
    const items: GsonValue[] = [];
    for (;;) {
      const inside = `${path}[${items.length}]`;
      if (!skip()) throw endOfInput(inside);
      const char = text.charAt(at);
      if (char === "]") {
        // After a comma an absent last element is null.
        if (items.length > 0) items.push(null);
        break;
      }
      // An absent element is null, too.
      if (char === "," || char === ";") items.push(null);
      else items.push(value(inside, depth + 1));
      if (!skip()) throw endOfInput(inside);
      if (text.charAt(at) === "]") break;
      if (text.charAt(at) !== "," && text.charAt(at) !== ";") throw malformed("Unterminated array", inside);
      at += 1;
    }
    at += 1;
    return items;
  };

  const value = (path: string, depth: number): GsonValue => {
    if (depth > MAX_DEPTH) throw malformed(`Nesting limit ${MAX_DEPTH} reached`, path);
    if (!skip()) throw endOfInput(path);
    const char = text.charAt(at);
    if (char === "{") return object(path, depth);
    if (char === "[") return array(path, depth);
    if (char === '"' || char === "'") return quoted(char, path);
    const word = unquoted();
    if (word === "") throw malformed("Expected value", path);
    const lower = word.toLowerCase();
    if (lower === "null") return null;
    if (lower === "true" || lower === "false") return lower === "true";
    return NUMBER.test(word) ? new NumberText(word) : word;
  };

  if (!skip()) return null;
  const parsed = value("$", 0);
  if (skip()) throw new GsonSyntaxError("Did not consume the entire document.");
  return parsed;
}
