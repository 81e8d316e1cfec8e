import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");

/** Counts of devices and sizes of files are written by `writing/notation.ts`: 1,350 devices, 256 MiB. */
const UNFORMATTED = /\$\{(?!format\w+\(|quantity\(|countOf\()[^}]*\} (?:devices?|bytes)\b/;

/** What nobody reads but in a stack, or is about a message of some bytes on the wire. */
const OF_BYTES = ["wires/", "thingsboard/", "schedule/"];
/** A limit of the schema, which a plan of rollcall's own never reaches. */
const LIMITS = ["record/plan-schema.ts"];

it("no message has a count of devices or a size as bare digits", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(100);
  const found = files
    .filter((name) => !OF_BYTES.some((room) => name.startsWith(room)) && !LIMITS.includes(name))
    .flatMap((name) =>
      readFileSync(join(SRC, name), "utf8")
        .split("\n")
        .filter((line) => UNFORMATTED.test(line) && !/devices (?:log|of)\b/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});
