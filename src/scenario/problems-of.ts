import type { z } from "zod";
import type { SchemaGuide } from "./json-schema.ts";
import { begins, type Problem } from "./problem.ts";
import { shownValue, valueAt } from "./secret-paths.ts";
import { didYouMean, nearest } from "./suggestion.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found, as problems: at most one a path, and none that only follows from a misspelled field. `written` is the scenario as its author wrote it. */
export function problemsOf(issues: readonly Issue[], written: unknown, guide: SchemaGuide): readonly Problem[] {
  const problems = issues.flatMap((issue) => problemsOfIssue(issue, [], written, guide));
  const meant = problems.flatMap((problem) => (problem.meant === undefined ? [] : [problem.meant]));
  const absent = meant.filter((path) => valueAt(written, path) === undefined);
  const own = problems.filter(({ path }) => !absent.some((field) => begins(path, field)));
  return [...new Map(own.map((problem) => [JSON.stringify(problem.path), problem])).values()];
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
  if (value === undefined && issue.code !== "unrecognized_keys") {
    const typed = misspelled(path, written, guide);
    if (typed !== undefined) return [noSuchField(path.slice(0, -1), typed, guide)];
    return one(missing(guide.descriptionAt(path)));
  }
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

/** What its author most likely wrote for a field that is missing; undefined: nothing. */
function misspelled(path: Problem["path"], written: unknown, guide: SchemaGuide): string | undefined {
  const mapping = path.slice(0, -1);
  const known = guide.keysAt(mapping);
  const keys = Object.keys(valueAt(written, mapping) ?? {});
  return keys.find((key) => !known.includes(key) && nearest(key, known) === path.at(-1));
}

function missing(description: string | undefined): string {
  const what = description === undefined ? "" : `: ${uncapitalised(description)}`;
  return `this field is missing${what}`;
}

function noSuchField(path: Problem["path"], key: string, guide: SchemaGuide): Problem {
  const isList = key === "phases" && path.length === 1 && path[0] === "load";
  const known = guide.keysAt(path);
  const near = isList ? undefined : nearest(key, known);
  const instead = isList
    ? "write the phases as a list under load itself: load: [{ name: warm, … }, { name: steady, … }]"
    : didYouMean(key, known);
  return {
    path: [...path, key],
    value: undefined,
    fix: `there is no such field; ${instead}`,
    meant: near === undefined ? undefined : [...path, near],
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

/** A text that goes on after a colon; a word of capitals (REST, TLS) stays. */
function uncapitalised(text: string): string {
  return /^[A-Z][A-Z]/.test(text) ? text : `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
