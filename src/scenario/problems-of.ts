import type { z } from "zod";
import type { SchemaGuide } from "./json-schema.ts";
import type { Problem } from "./problem.ts";
import { shownValue, valueAt } from "./secret-paths.ts";
import { didYouMean, nearest } from "./suggestion.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found, as problems: at most one a path. `written` is the scenario as its author wrote it. */
export function problemsOf(issues: readonly Issue[], written: unknown, guide: SchemaGuide): readonly Problem[] {
  const problems = issues.flatMap((issue) => problemsOfIssue(issue, [], written, guide));
  return [...new Map(problems.map((problem) => [JSON.stringify(problem.path), problem])).values()];
}

function problemsOfIssue(
  issue: Issue,
  base: Problem["path"],
  written: unknown,
  guide: SchemaGuide,
): readonly Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  const value = valueAt(written, path);
  const one = (fix: string): readonly Problem[] => {
    const meant = typeof value === "string" ? nearest(value, guide.wordsAt(path)) : undefined;
    return [{ path, value: shownValue(value, path), fix: meant === undefined ? fix : `did you mean ${meant}?` }];
  };
  if (value === undefined && issue.code !== "unrecognized_keys") return one(missing(guide.descriptionAt(path)));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => noSuchField(path, key, guide));
    case "invalid_key":
      return [noSuchField(path.slice(0, -1), String(path.at(-1)), guide)];
    case "invalid_union": {
      const branch = nearestBranch(issue.errors, value);
      return branch?.flatMap((inner) => problemsOfIssue(inner, path, written, guide)) ?? one(issue.message);
    }
    case "invalid_type":
      return one(issue.message.startsWith("Invalid input") ? `write ${article(issue.expected)}` : issue.message);
    case "invalid_value":
      return one(`write ${issue.values.join(" or ")}`);
    default:
      return one(issue.message);
  }
}

function missing(description: string | undefined): string {
  const what = description === undefined ? "" : `: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
  return `this field is missing${what}`;
}

function noSuchField(path: Problem["path"], key: string, guide: SchemaGuide): Problem {
  const isList = key === "phases" && path.length === 1 && path[0] === "load";
  const instead = isList
    ? "write the phases as a list under load itself: load: [{ name: warm, … }, { name: steady, … }]"
    : didYouMean(key, guide.keysAt(path));
  return {
    path: [...path, key],
    value: undefined,
    fix: `there is no such field; ${instead}`,
  };
}

/** The branch of a union that was meant: the one whose outermost type fits, as its complaints lie deeper. */
function nearestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || ["unrecognized_keys", "too_small"].includes(issue.code)),
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
