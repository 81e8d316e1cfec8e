import { LineCounter, parseDocument } from "yaml";
import type { Plan } from "../model/plan.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { keysAt } from "./json-schema.ts";
import { applyOverrides } from "./overrides.ts";
import { type Locate, type Problem, scenarioError } from "./problem.ts";
import { problemsOf } from "./problems-of.ts";
import { resolveScenario } from "./resolve.ts";
import { scenarioSchema } from "./schema.ts";
import { Secret } from "../model/secret.ts";

export interface LoadOptions {
  /** For messages. */
  readonly file: string;
  readonly text: string;
  /** `path=value` each, the later winning; they replace what is in the file before its environment is read. */
  readonly overrides: readonly string[];
  readonly env: Environment;
  readonly runId: string;
  /** Reads a file that the scenario names, relative to it. */
  readonly readFile: (path: string) => string;
}

/** From the text of a scenario to a frozen plan. Throws RollcallError with every mistake at once. */
export function loadScenario(options: LoadOptions): { readonly plan: Plan; readonly warnings: readonly string[] } {
  const { file, text, overrides, env } = options;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = [];
  const locate = locatorOf(document, lines);
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    // What follows the first is its echo.
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    throw scenarioError(
      file,
      [{ path: [], value: undefined, fix: `not YAML at ${line}:${col}: ${syntaxError.message}` }],
      locate,
    );
  }
  const written = applyOverrides(document.toJS(), overrides);
  const expanded = expandEnvironment(written, env, problems);
  const parsed = scenarioSchema.safeParse(expanded);
  if (!parsed.success) {
    // An unset variable is one mistake, not two.
    const unset = new Set(problems.map((problem) => problem.path.join(".")));
    const found = problemsOf(parsed.error.issues, expanded, keysAt);
    throw scenarioError(file, [...problems, ...found.filter((problem) => !unset.has(problem.path.join(".")))], locate);
  }
  const warnings: string[] = [];
  const { runId, readFile } = options;
  const plan = resolveScenario(parsed.data, { runId, written, readFile, file }, problems, warnings);
  if (problems.length > 0) throw scenarioError(file, problems, locate);
  return { plan: deepFreeze(plan), warnings };
}

function locatorOf(document: ReturnType<typeof parseDocument>, lines: LineCounter): Locate {
  return (path) => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parent = document.getIn(path.slice(0, depth - 1), true);
      const node = document.getIn(path.slice(0, depth), true);
      const offset = keyOffset(parent, path[depth - 1]) ?? rangeOf(node);
      if (offset !== undefined) {
        const { line, col } = lines.linePos(offset);
        return { line, column: col };
      }
    }
    return undefined;
  };
}

/** Where the key of a pair stands: a field is found by its name, not by its value. */
function keyOffset(parent: unknown, key: string | number | undefined): number | undefined {
  if (typeof parent !== "object" || parent === null || !("items" in parent) || !Array.isArray(parent.items))
    return undefined;
  const pair: unknown = parent.items.find(
    (item: unknown) =>
      typeof item === "object" &&
      item !== null &&
      "key" in item &&
      String((item.key as { value?: unknown })?.value) === key,
  );
  return typeof pair === "object" && pair !== null && "key" in pair ? rangeOf(pair.key) : undefined;
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const offset: unknown = node.range[0];
  return typeof offset === "number" ? offset : undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !(value instanceof Secret) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
