import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shownPath, withShownPaths } from "../../../src/writing/shown-path.ts";

describe("a path that is printed", () => {
  it.each([
    ["/home/me/results/a", "results/a"],
    ["results/a", "results/a"],
    ["/home/me", "."],
    ["/home/me/..odd/a", "..odd/a"],
    ["/home/other/a", "/home/other/a"],
    ["../other/a", "/home/other/a"],
    ["/home/meter/a", "/home/meter/a"],
  ])("%s is %s", (path, shown) => {
    expect(shownPath(path, "/home/me")).toBe(shown);
  });

  it.each([
    ["Results: /home/me/results/a", "Results: results/a"],
    ["(/home/me/a.json)", "(a.json)"],
    ["/home/me, /home/me/a and /home/me/b.", "/home/me, a and b."],
    ["/home/meter/a stays, and /x/home/me/a", "/home/meter/a stays, and /x/home/me/a"],
    ["http://host/home/me/a", "http://host/home/me/a"],
  ])("in a text: %s", (text, shown) => {
    expect(withShownPaths(text, "/home/me")).toBe(shown);
    expect(withShownPaths(text, "/")).toBe(text);
  });
});

/** Files that make a relative path for something else than to print it: a link, a scenario, what the user types. */
const NOT_PRINTED = [
  "cli/program-name.ts",
  "history/find-folders.ts",
  "runs/aim/init.ts",
  "runs/aim/quick.ts",
  "runs/results/run-reports.ts",
  "writing/shown-path.ts",
];

it("no file makes a path relative in a way of its own", () => {
  const src = join(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const own = files.filter((file) => /\brelative\(/.test(readFileSync(join(src, file), "utf8")));
  expect(own.toSorted()).toEqual(NOT_PRINTED);
});

/** What there may be thousands of, or a limit of as many, by the names that the program has for them. */
const MANY =
  /\$\{(?:(?:[\w.]+\.)?(?:maxDevices|maxInFlight|determined|total)|[\w.]+\.(?:devices|planned|provisioned|connected|started|failed))\}/;
/** Written into a scenario, an option, a page's markup, a name or a row of what is checked: no number for people. */
const NO_PROSE = ["report/junit.ts", "report/markdown.ts", "report/sections/ledger.ts", "scenario/sketch.ts"];

it("no count of thousands is printed without its commas", () => {
  const src = join(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const raw = files
    .filter((file) => !NO_PROSE.includes(file))
    .flatMap((file) =>
      readFileSync(join(src, file), "utf8")
        .split("\n")
        .filter((line) => MANY.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(raw).toEqual([]);
});
