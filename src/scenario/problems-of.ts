import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { shownValue } from "./secret-paths.ts";
import { didYouMean } from "./suggestion.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found, as problems; `written` is the scenario that it looked at. */
export function problemsOf(issues: readonly Issue[], written: unknown, knownKeys: KnownKeys): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], written, knownKeys));
}

/** The keys that a mapping at a path may have, from the schema. */
export type KnownKeys = (path: Problem["path"]) => readonly string[];

function problemsOfIssue(issue: Issue, base: Problem["path"], written: unknown, known: KnownKeys): readonly Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  const value = valueAt(written, path);
  const one = (fix: string): readonly Problem[] => [{ path, value: shownValue(value, path), fix }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        value: undefined,
        fix: `there is no such field; ${didYouMean(key, known(path))}`,
      }));
    case "invalid_union": {
      const branch = nearestBranch(issue.errors, value);
      if (branch === undefined) return one(issue.message);
      return branch.flatMap((inner) => problemsOfIssue(inner, path, written, known));
    }
    case "invalid_type":
      if (value === undefined) return one("this field is missing");
      return one(issue.message.startsWith("Invalid input") ? `write ${article(issue.expected)}` : issue.message);
    case "invalid_value":
      return one(
        value === undefined
          ? `this field is missing: write one of ${issue.values.join(", ")}`
          : issue.values.length === 1
            ? `write ${String(issue.values[0])}`
            : didYouMean(JSON.stringify(value), issue.values.map(String)),
      );
    case "invalid_key":
      return one(didYouMean(String(path.at(-1)), known(path.slice(0, -1))));
    default:
      return one(issue.message);
  }
}

/** The branch of a union that was meant: the one whose outermost type fits, as its complaints lie deeper. */
function nearestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys"),
  );
}

function valueAt(value: unknown, path: Problem["path"]): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === "object" && node !== null ? (node as Record<string, unknown>)[String(part)] : undefined,
    value,
  );
}

function article(type: string): string {
  switch (type) {
    case "object":
    case "record":
      return "a mapping";
    case "array":
      return "a list";
    case "int":
      return "a whole number";
    case "boolean":
      return "true or false";
    default:
      return `a ${type}`;
  }
}
