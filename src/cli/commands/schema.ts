import { type SchemaName, SCHEMAS, saySchema } from "../../runs/schema/schemas.ts";
import type { AddCommand } from "./command.ts";

const names = Object.keys(SCHEMAS) as readonly SchemaName[];
const usual: { readonly name: SchemaName } = { name: "scenario" };

export const add: AddCommand = (program, world, start) => {
  program.command(
    "schema [name]",
    "print the JSON Schema of scenarios, for editors, or of a file that rollcall writes",
    (command) =>
      command
        .positional("name", {
          choices: names,
          default: usual.name,
          describe: "of which file; times in it are microseconds",
        })
        .example("$0 schema > scenario.schema.json", "editors complete and check a scenario by it"),
    ({ name }) => start(() => saySchema(world, name)),
  );
};
