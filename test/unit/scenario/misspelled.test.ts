import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { mistakes, MINIMAL } from "../../support/scenario-text.ts";

const scenarios = new URL("../../../scenarios/", import.meta.url);
const FILES = readdirSync(scenarios).filter((name) => name.endsWith(".yaml"));

const ENVIRONMENT = { ROLLCALL_PROVISION_KEY: "the-key", ROLLCALL_PROVISION_SECRET: "the-secret" };

/** Where each field of a scenario stands. */
function fieldsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => fieldsOf(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...fieldsOf(inner, [...path, key])]);
}

/** The last letter of that field twice. */
function misspelled(value: unknown, [first, ...rest]: readonly (string | number)[]): unknown {
  if (first === undefined) return value;
  if (Array.isArray(value)) return value.map((each, index) => (index === first ? misspelled(each, rest) : each));
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]) => {
      if (key !== first) return [key, inner];
      return rest.length === 0 ? [key + key.at(-1), inner] : [key, misspelled(inner, rest)];
    }),
  );
}

const SAMPLES = [
  ["minimal", MINIMAL],
  ...FILES.map((name) => [name, readFileSync(new URL(name, scenarios), "utf8")] as const),
] as const;

describe.each(SAMPLES)("of %s", (_, text) => {
  const scenario: unknown = parse(text);
  /** Names that are the author's own. */
  const isOwn = (path: readonly (string | number)[]): boolean =>
    path[0] === "labels" || path.at(-2) === "misbehaviours";
  it.each(
    fieldsOf(scenario)
      .filter((path) => !isOwn(path))
      .map((path) => [path.join("."), path] as const),
  )("a misspelled %s is one mistake, and what follows from it is none", (name, path) => {
    const last = String(path.at(-1));
    expect(mistakes(JSON.stringify(misspelled(scenario, path)), [], ENVIRONMENT)).toEqual([
      expect.stringContaining(`${last}${last.at(-1)}: there is no such field; did you mean ${last}?`),
    ]);
    expect(name).not.toBe("");
  });
});
