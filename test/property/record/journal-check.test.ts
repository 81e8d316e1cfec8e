import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isJournalLine } from "../../../src/record/journal-check.ts";
import { journalLineSchema } from "../../../src/record/journal-schema.ts";

const KEPT = join(import.meta.dirname, "../../golden/runs-0.1.0");
const linesOf = (name: string): readonly unknown[] =>
  readFileSync(join(KEPT, name), "utf8")
    .split("\n")
    .flatMap((line): unknown[] => (line.endsWith("}") ? [JSON.parse(line)] : []));
const LINES = ["whole/journal-0.ndjson", "whole/journal-1.ndjson", "killed/journal-1.ndjson"].flatMap(linesOf);

/** Every place in a value at which another one can stand. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesOf(part, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replaced(fields[key], rest, by) };
}

const stray = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, {}, [], "", "told", true, -1, 0, 0.5, 7, 1e18, -1e18, NaN, Infinity),
  fc.constantFrom<unknown>("provisioned", "rejected", "failed", "aborted", "dropped", "connected", "refused", "inline"),
  fc.constantFrom<unknown>("FAILURE", "NOT_FOUND", "in-flight-cap", "answer-timeout", "wrong-key", "MQTT_BASIC"),
);

it("every line that 0.1.0 wrote is one", () => {
  expect(LINES.filter((line) => !isJournalLine(line))).toEqual([]);
  expect(LINES.length).toBeGreaterThan(80);
});

it("the check by hand says of every changed line what the published schema says", () => {
  const changed = fc
    .constantFrom(...LINES)
    .chain((line) => fc.record({ line: fc.constant(line), place: fc.constantFrom(...placesOf(line)), by: stray }));
  fc.assert(
    fc.property(changed, ({ line, place, by }) => {
      const value = replaced(line, place, by);
      expect(isJournalLine(value)).toBe(journalLineSchema.safeParse(value).success);
    }),
    { numRuns: 3_000 },
  );
});
