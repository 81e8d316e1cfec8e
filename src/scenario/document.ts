import { type Document, isAlias, isMap, isNode, LineCounter, parseDocument, visit } from "yaml";
import { tooDeep } from "./nesting.ts";
import type { Locate, Place, Problem } from "./problem.ts";

/** A scenario's YAML as plain data, and where each part of it stands. */
export interface ScenarioDocument {
  readonly value: unknown;
  /** What is not YAML; then `value` is undefined. */
  readonly problems: readonly Problem[];
  /** The place of the key at the end of a path; undefined: not in the file. */
  readonly locate: Locate;
}

/** The parser's own words may quote the text, and so a secret: these do not. */
const MEANINGS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "a value that begins with * names an anchor (&) that is not there: put it in quotes",
  BAD_DQ_ESCAPE: "an unknown escape: put it in 'single quotes'",
  BAD_INDENT: "the indentation does not fit, or a bracket is not closed",
  BAD_SCALAR_START: "a value that begins with this character must be put in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on this line: put a value that has one in quotes',
  DUPLICATE_KEY: "this field is there twice: remove one",
  MISSING_CHAR: "a closing quote or a separator is missing",
  MULTILINE_IMPLICIT_KEY: 'a ": " is missing',
  MULTIPLE_DOCS: "a scenario is one document: remove what follows ---",
  NON_STRING_KEY: "the name of a field is a text",
  TAB_AS_INDENT: "a tab: indent with spaces",
  TAG_RESOLVE_FAILED: "a value that begins with ! must be put in quotes",
};

/** The parser takes seconds for some megabytes, even of comments. */
const MOST_CHARACTERS = 1_048_576;

/** The last texts that were read: one start reads the same scenario and the same overrides some ten times. */
const lastRead = new Map<string, ScenarioDocument>();
const MOST_KEPT = 50;
const LONGEST_KEPT = 65_536;

/** What is returned is not to be changed: whoever asks again gets the same. */
export function readDocument(text: string): ScenarioDocument {
  const known = lastRead.get(text);
  if (known !== undefined) return known;
  const document = parseText(text);
  if (text.length > LONGEST_KEPT) return document;
  if (lastRead.size >= MOST_KEPT) lastRead.clear();
  lastRead.set(text, document);
  return document;
}

function parseText(text: string): ScenarioDocument {
  const deep = text.length > MOST_CHARACTERS ? 0 : tooDeep(text);
  if (deep !== undefined) {
    const fix =
      text.length > MOST_CHARACTERS ? "more than 1 MiB is no scenario" : "nested too deep: no field lies so deep";
    return {
      value: undefined,
      problems: [{ path: [], value: undefined, fix, place: placeIn(text, deep) }],
      locate: () => undefined,
    };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    stringKeys: true,
    logLevel: "error",
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { text: `${line}:${col}`, inFile: true, order: offset };
  };
  const problem = (fix: string, offset: number) => ({ path: [], value: undefined, fix, place: placeAt(offset) });
  const [first, ...others] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  // Among unexpected tokens only the first counts: the others are the echo of a slip before them.
  const faults = [
    ...(first === undefined ? [] : [first]),
    ...others.filter(({ code }) => MEANINGS[code] !== undefined),
  ].map(({ code, pos }) => problem(MEANINGS[code] ?? unexpected(text, pos[0]), pos[0]));
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(document);
      const at = alias.range?.[0] ?? 0;
      if (target === undefined) faults.push(problem(MEANINGS["BAD_ALIAS"] ?? "", at));
      else if (ancestors.includes(target)) faults.push(problem("an alias (*) within its own anchor (&)", at));
    },
  });
  const locate = locatorOf(document, placeAt);
  if (faults.length > 0) return { value: undefined, problems: firstOfEachLine(faults), locate };
  try {
    return { value: document.toJS(), problems: [], locate };
  } catch {
    // Aliases of aliases of aliases: a few lines that would unfold to gigabytes.
    return { value: undefined, problems: [problem("too many aliases (*): write the values out", 0)], locate };
  }
}

/** The problem of a text that is not given to the parser. */
function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { text: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`, inFile: true, order: offset };
}

function unexpected(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(start, text.indexOf("\n", offset) < 0 ? undefined : text.indexOf("\n", offset));
  return /[{[].*\$\{/.test(line)
    ? 'not YAML: inside { } and [ ] a reference needs quotes, "${NAME}"'
    : "not YAML: this does not fit what stands before it";
}

/** One slip may make the rest of its line unreadable. */
function firstOfEachLine<T extends { readonly place: Place }>(faults: readonly T[]): readonly T[] {
  const lineOf = ({ place }: T): string => place.text.split(":")[0] ?? "";
  const sorted = [...faults].sort((a, b) => a.place.order - b.place.order);
  return sorted.filter((fault, index) => index === 0 || lineOf(fault) !== lineOf(sorted[index - 1] ?? fault));
}

function locatorOf(document: Document.Parsed, placeAt: (offset: number) => Place): Locate {
  return (path) => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(document);
      const pair = isMap(node) ? node.items.find(({ key }) => keyText(key) === part) : undefined;
      const key = pair?.key;
      node = isMap(node) ? pair?.value : childOf(node, part);
      const at = isNode(key) ? key : node;
      offset = isNode(at) ? at.range?.[0] : undefined;
      if (offset === undefined) return undefined;
    }
    return offset === undefined ? undefined : placeAt(offset);
  };
}

function keyText(key: unknown): string {
  return typeof key === "object" && key !== null && "value" in key ? String(key.value) : String(key);
}

function childOf(node: unknown, index: string | number): unknown {
  const items = typeof node === "object" && node !== null && "items" in node ? node.items : undefined;
  return Array.isArray(items) && typeof index === "number" ? items[index] : undefined;
}
