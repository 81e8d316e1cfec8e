import { EXIT, type ExitCode } from "../../model/error.ts";
import { createPaint } from "../../writing/paint.ts";
import { layTable } from "../../writing/table.ts";
import type { World } from "../world.ts";
import { runChecks } from "./checks.ts";
import type { Finding } from "./finding.ts";

/** Measures servers of which the truth is known, and says what was expected and what came. `only`: names of CHECKS. */
export async function selftest(world: World, only: readonly string[]): Promise<ExitCode> {
  const { voice } = world;
  const all: Finding[] = [];
  for await (const { name, findings } of runChecks(world, only)) {
    voice.warn(`${name}: ${findings.every(({ holds }) => holds) ? "holds" : "does not hold"}`);
    all.push(...findings);
  }
  const { width, color } = voice.display();
  const table = layTable(
    {
      columns: [
        { title: "statement", align: "left", prose: true },
        { title: "expected", align: "right" },
        { title: "measured", align: "right" },
        { title: "", align: "left" },
      ],
      rows: all.map(({ statement, expected, measured, holds }) => [
        statement,
        expected,
        measured,
        holds ? { text: "ok", tone: "good" } : { text: "NO", tone: "bad" },
      ]),
    },
    { width, paint: createPaint(color) },
  );
  await voice.say(table.join("\n"));
  return all.every(({ holds }) => holds) ? EXIT.pass : EXIT.unhealthy;
}
