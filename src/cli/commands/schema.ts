import { EXIT } from "../../model/error.ts";
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "schema",
    "print the JSON Schema of scenarios, for editors",
    (command) => command,
    async () => {
      await world.voice.say(JSON.stringify(scenarioJsonSchema(), undefined, 2));
      exit(EXIT.pass);
    },
  );
};
