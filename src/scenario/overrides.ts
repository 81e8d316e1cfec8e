import { readDocument } from "./document.ts";
import { pathText, type Place, type Problem } from "./problem.ts";

type Path = Problem["path"];
type Tree = Record<string, unknown>;

export interface Overridden {
  readonly value: unknown;
  /** Paths that were set, in order. */
  readonly paths: readonly Path[];
  readonly problems: readonly Problem[];
}

/** Fields that can be one word as well as a mapping, and what the word is then called. */
const SHORT_FORMS: Readonly<Record<string, string>> = { rollCall: "when", "fleet.credentials": "type" };

/** A field that is text keeps its value as it is: a key of digits is not a number. */
export type IsText = (path: Path) => boolean;

/**
 * The scenario with each `path=value` set: names joined by dots, list entries by their index from 0 or by their name, a
 * value in YAML. An empty value (or null) takes the field out. Whoever sets `rollCall.hold` on `rollCall: after` means
 * both.
 */
export function applyOverrides(scenario: unknown, overrides: readonly string[], isText: IsText): Overridden {
  const value: unknown = copy(scenario ?? {});
  const paths: Path[] = [];
  const problems: Problem[] = [];
  for (const override of overrides) {
    const result = apply(value, override, isText);
    if ("fix" in result) problems.push(result);
    else paths.push(result);
  }
  return { value, paths, problems };
}

/** After everything in the file; `written` is what is refused, where no path of the scenario says so. */
export function overridePlace(written?: string): Place {
  const text = written === undefined ? "--set" : `--set ${written}:`;
  return { text, inFile: false, order: Number.MAX_SAFE_INTEGER };
}

/** The path that was set, or why nothing was. Only the path is shown in it: the value may be a secret. */
function apply(root: unknown, override: string, isText: IsText): Path | Problem {
  const at = override.indexOf("=");
  const name = (at < 0 ? (/^[\w.-]*/.exec(override)?.[0] ?? "") : override.slice(0, at)).trim();
  const keys = name
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .split(".")
    .map((key) => key.trim());
  const refuse = (fix: string): Problem => ({ path: [], value: undefined, fix, place: overridePlace(name) });
  if (at < 0 || keys.includes("")) return refuse("write it as path=value, for example --set fleet.count=50000");
  const text = override.slice(at + 1);
  const { value, problems } = readDocument(text);
  if (problems.length > 0) return refuse("the value is not YAML: put it in quotes");
  const path = resolvePath(root, keys);
  if (typeof path === "string") return refuse(path);
  const scalar = typeof value !== "object" && value !== null;
  put(root, path, scalar && typeof value !== "string" && isText(path) ? text.trim() : copy(value));
  return path;
}

/** Finds list entries and unfolds short forms on the way; a string says what is in the way. */
function resolvePath(root: unknown, keys: readonly string[]): Path | string {
  const path: (string | number)[] = [];
  let node: unknown = root;
  for (const [depth, key] of keys.entries()) {
    if (Array.isArray(node)) {
      const index = /^\d+$/.test(key) ? Number(key) : node.findIndex((entry) => nameOf(entry) === key);
      if (index < 0 || index >= node.length) {
        return `${pathText(path)} is a list of ${node.length}: name an entry by its index from 0, or by its name`;
      }
      path.push(index);
      node = node[index];
      continue;
    }
    if (typeof node !== "object" || node === null) return `${pathText(path)} is not a mapping, it has no ${key}`;
    const tree = node as Tree;
    path.push(key);
    if (depth < keys.length - 1) define(tree, key, unfold(Object.hasOwn(tree, key) ? tree[key] : undefined, path));
    node = Object.hasOwn(tree, key) ? tree[key] : undefined;
  }
  return path;
}

function nameOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
}

function unfold(value: unknown, path: Path): unknown {
  const word = SHORT_FORMS[path.join(".")];
  if (typeof value === "string" && word !== undefined) return { [word]: value };
  return value === undefined || value === null || typeof value === "boolean" ? {} : value;
}

function put(root: unknown, path: Path, value: unknown): void {
  let node: unknown = root;
  for (const part of path.slice(0, -1)) node = (node as Tree)[String(part)];
  const last = String(path.at(-1));
  if (value !== null && value !== undefined) define(node as Tree, last, value);
  else if (Array.isArray(node)) node.splice(Number(last), 1);
  else delete (node as Tree)[last];
}

/** What an alias (*) stands for is one object in two places: setting it in one must not set it in the other. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
}

/** Not by assignment: `__proto__` is a key like any other here, and an unknown one. */
function define(tree: Tree, key: string, value: unknown): void {
  Object.defineProperty(tree, key, { value, configurable: true, enumerable: true, writable: true });
}
