import { EXIT } from "../../model/error.ts";
import { layTable } from "../../writing/table.ts";
import { createPaint } from "../../writing/paint.ts";
import { print, warn } from "../output.ts";
import { displayOptions } from "../../runs/run/results.ts";
import { CHECKS, selftest } from "../../runs/selftest/checks.ts";
import type { Finding } from "../../runs/selftest/finding.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "selftest",
    "measure servers of which the truth is known: can this instrument be believed on this machine?",
    (command) =>
      command.option("only", {
        type: "string",
        array: true,
        nargs: 1,
        choices: CHECKS,
        default: CHECKS,
        describe: "one check, by its name",
      }),
    async ({ only }) => {
      const all: Finding[] = [];
      for await (const { name, findings } of selftest(only)) {
        warn(`${name}: ${findings.every(({ holds }) => holds) ? "holds" : "does not hold"}`);
        all.push(...findings);
      }
      const { width, color } = displayOptions();
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
      await print(table.join("\n"));
      exit(all.every(({ holds }) => holds) ? EXIT.pass : EXIT.unhealthy);
    },
  );
};
