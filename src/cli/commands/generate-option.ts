import type { Argv } from "yargs";
import { SECRETS_FILE } from "../../runs/server/setup.ts";

export function generateOption<T>(command: Argv<T>) {
  return command.option("generate", {
    type: "string",
    describe: `take the key and secret that the scenario lacks from the profile, or make them up; those of environment variables are kept in this file (0600, default ${SECRETS_FILE})`,
  });
}
