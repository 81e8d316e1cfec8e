import { EXIT, RollcallError } from "../model/error.ts";

/** One mistake: where in the scenario, what is there, and how to put it right. */
export interface Problem {
  readonly path: readonly (string | number)[];
  /** As shown to the user, secrets redacted; undefined: nothing is there. */
  readonly value: string | undefined;
  readonly fix: string;
}

/** Where in the file a path stands, from 1; undefined: not in the file. */
export type Locate = (path: Problem["path"]) => Place | undefined;

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** All mistakes of a scenario in one error, one line each, in the order of the file. */
export function scenarioError(file: string, problems: readonly Problem[], locate: Locate): RollcallError {
  const lines = problems
    .map((problem) => ({ problem, place: locate(problem.path) }))
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ problem, place }) => `  ${problemLine(problem, place)}`);
  const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  return new RollcallError(
    "bad-scenario",
    `${file} has ${count}:\n${lines.join("\n")}`,
    "`rollcall schema` prints the fields a scenario can have; `rollcall validate` checks one without running it.",
    EXIT.usage,
  );
}

function problemLine({ path, value, fix }: Problem, place: Place | undefined): string {
  const name = path.length === 0 ? "the scenario" : pathText(path);
  return `${place === undefined ? "" : `${place.line}:${place.column}  `}${name}${value === undefined ? "" : ` is ${value}`}: ${fix}`;
}

function pathText(path: Problem["path"]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}

/** What is not in the file comes last. */
function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a.line - b.line || a.column - b.column;
}
