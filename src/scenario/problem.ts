import { EXIT, RollcallError } from "../model/error.ts";

/** One mistake: where in the scenario, what is there, and how to put it right. */
export interface Problem {
  readonly path: readonly (string | number)[];
  /** As shown to the user, secrets redacted; undefined: nothing is there, or it says nothing. */
  readonly value: string | undefined;
  readonly fix: string;
  /** Other top-level fields that it was judged by: while one of them has mistakes of its own, this is not known. */
  readonly judgedBy?: readonly string[];
  /** The field that was most likely meant, where this one does not exist: while it is not there, nothing is known of it. */
  readonly meant?: readonly (string | number)[] | undefined;
  /** Where it stands, if that does not follow from the path. */
  readonly place?: Place;
}

/** Where a problem stands: `text` for the user ("12:3", "--set"), `order` to list them as they are read. */
export interface Place {
  readonly text: string;
  readonly inFile: boolean;
  readonly order: number;
}

export type Locate = (path: Problem["path"]) => Place | undefined;

/** All mistakes of a scenario in one error, one line each. */
export function scenarioError(file: string, problems: readonly Problem[], locate: Locate): RollcallError {
  const placed = problems
    .map((problem) => ({ problem, place: problem.place ?? locate(problem.path) }))
    .sort((a, b) => (a.place?.order ?? 0) - (b.place?.order ?? 0));
  const width = Math.max(0, ...placed.map(({ place }) => (place?.inFile === true ? place.text.length + 1 : 0)));
  const lines = placed.map(({ problem, place }) => {
    const where = place === undefined ? "" : `${place.inFile ? place.text.padEnd(width) : place.text} `;
    return `  ${where}${problemText(problem)}`;
  });
  const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  return new RollcallError(
    "bad-scenario",
    `${file} has ${count}:\n${lines.join("\n")}`,
    "`rollcall schema` prints the fields a scenario can have; `rollcall validate` checks one without running it.",
    EXIT.usage,
  );
}

function problemText({ path, value, fix }: Problem): string {
  const name = path.length === 0 ? "" : pathText(path);
  const is = value === undefined ? "" : ` is ${value}`;
  return name === "" && is === "" ? fix : `${name === "" ? "the scenario" : name}${is}: ${fix}`;
}

/** Whether `path` is that of `start`, or of something in it. */
export function begins(path: Problem["path"], start: Problem["path"]): boolean {
  return start.every((part, index) => path[index] === part);
}

/** As `--set` takes it: "load[0].constant.rate". */
export function pathText(path: Problem["path"]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}
