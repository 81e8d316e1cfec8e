import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { asksForHelp, programHelp } from "../../../src/cli/program-help.ts";
import { COMMAND_NAMES } from "../../../src/writing/typed-command.ts";
import { displayWidth } from "../../../src/writing/text-width.ts";
import { rollcallInProcess } from "../../support/in-process.ts";

/** All that is loaded with a file, packages by their names. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, from = ""] of text.matchAll(/^(?:import|export) (?!type).*?from "([^"]+)";/gms)) {
    if (from.startsWith(".")) loadedWith(join(dirname(file), from), seen);
    else seen.add(from);
  }
  return seen;
}

describe("the program's help", () => {
  it("has every command, and is what the program says", async () => {
    const help = programHelp({});
    expect(COMMAND_NAMES.filter((name) => !new RegExp(`^  ${name}( |$)`, "m").test(help))).toEqual([]);
    for (const typed of ["--help", "-h"]) {
      expect(await rollcallInProcess([typed])).toMatchObject({ code: 0, stdout: `${help}\n`, stderr: "" });
    }
    expect(asksForHelp(["run", "--help"])).toBe(false);
  });

  it("fits a terminal", () => {
    const widest = (columns: number): number =>
      Math.max(...programHelp({ isTTY: true, columns }).split("\n").map(displayWidth));
    expect([80, 100, 200].map(widest).map((width, index) => width <= ([80, 100, 110][index] ?? 0))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("waits for no package to be loaded: a quarter of a second of processor time is the most that it may take", () => {
    const loaded = loadedWith(join(import.meta.dirname, "../../../src/cli/program-help.ts"));
    expect([...loaded].filter((each) => !each.endsWith(".ts"))).toEqual([]);
    expect(loaded.size).toBeLessThan(8);
  });
});
