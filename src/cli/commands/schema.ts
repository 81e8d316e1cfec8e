import { comparisonJsonSchema } from "../../compare/comparison-schema.ts";
import { conformanceJsonSchema } from "../../conformance/result-schema.ts";
import { EXIT } from "../../model/error.ts";
import { journalJsonSchema } from "../../record/journal-schema.ts";
import { planJsonSchema } from "../../record/plan-schema.ts";
import { summaryJsonSchema } from "../../record/summary-schema.ts";
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import type { AddCommand } from "./command.ts";

/** By the name that the command takes; all but the scenario's stand in docs/schema. */
export const SCHEMAS = {
  scenario: scenarioJsonSchema,
  plan: planJsonSchema,
  "journal-line": journalJsonSchema,
  summary: summaryJsonSchema,
  comparison: comparisonJsonSchema,
  conformance: conformanceJsonSchema,
} as const;

const names = Object.keys(SCHEMAS) as readonly (keyof typeof SCHEMAS)[];
const usual: { readonly name: keyof typeof SCHEMAS } = { name: "scenario" };

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "schema [name]",
    "print the JSON Schema of scenarios, for editors, or of a file that rollcall writes",
    (command) =>
      command.positional("name", { choices: names, default: usual.name, describe: "of what; times are microseconds" }),
    async ({ name }) => {
      await world.voice.say(JSON.stringify(SCHEMAS[name](), undefined, 2));
      exit(EXIT.pass);
    },
  );
};
