import type { Argv } from "yargs";
import { EXIT, RollcallError } from "../../model/error.ts";
import { type AdminOptions, openAdministration, untilStopped } from "../../runs/server/administration.ts";
import { loadScenarioFile, newRunId, overridesOf, type ScenarioOptions } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { keepSecrets, missingSecrets, readKeptVariables, secretFor } from "../../runs/server/provision-secrets.ts";
import { checkNamesLast, SETUP_INTERRUPTED, setUp } from "../../runs/server/prepare-server.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

const DEFAULT_FILE = "provision.env";

export const add: AddCommand = (program, exit) => {
  program.command(
    "setup <scenario>",
    "make the scenario's device profile on the server, and the devices that must exist before; what is there is checked, never changed",
    (command) =>
      generateOption(adminOptions(resultsOption(scenarioOptions(command)))).example(
        "$0 setup scenario.yaml --admin-url http://tb:8080 --admin-user tenant@example.com --generate",
        "with a key and a secret of its own",
      ),
    async (args) => {
      await untilStopped(SETUP_INTERRUPTED, async (stop) => {
        await provideSecrets(args, stop);
        const { plan, warnings } = await loadScenarioFile(args.scenario, overridesOf(args), newRunId(), {
          results: args.out,
        });
        for (const warning of warnings) warn(`warning: ${warning}`);
        checkNamesLast(plan);
        await using admin = openAdministration(plan.admin, args);
        const { lines, changed } = await setUp(plan, admin, args.out, stop);
        for (const line of lines) await print(line);
        if (!changed) await print("Nothing was changed.");
        exit(EXIT.pass);
      });
    },
  );
};

export function generateOption<T>(command: Argv<T>) {
  return command.option("generate", {
    type: "string",
    describe: `take the key and secret that the scenario lacks from the profile, or make them up; those of environment variables are kept in this file (0600, default ${DEFAULT_FILE})`,
  });
}

interface SecretArguments extends ScenarioOptions, AdminOptions {
  readonly generate: string | undefined;
  readonly out: string;
}

/** Key and secret where the scenario will look for them: in its files and this process's environment. */
export async function provideSecrets(args: SecretArguments, stop: AbortSignal): Promise<void> {
  const overrides = overridesOf(args);
  const { generate } = args;
  if (generate === undefined) return requireSecrets(await missingSecrets(args.scenario, overrides, process.env));
  const file = generate === "" ? DEFAULT_FILE : generate;
  const kept = await readKeptVariables(file);
  // As in the scenario, an empty variable counts as not set.
  for (const [name, value] of Object.entries(kept)) process.env[name] ||= value;
  const missing = await missingSecrets(args.scenario, overrides, process.env);
  if (missing.length === 0) return;

  const standIns = missing.map(({ place }) => place);
  const { plan } = await loadScenarioFile(args.scenario, overrides, newRunId(), { results: args.out, standIns });
  await using admin = openAdministration(plan.admin, args);
  const { key, profile } = plan.provisioning;
  const found = missing.some(({ field }) => field === "key")
    ? await admin.profileByName(profile ?? `rollcall-${plan.name}`, stop)
    : await admin.profileByKey(key, stop);
  const values = missing.map((each) => ({ missing: each, value: secretFor(each, found) }));
  await keepSecrets(values, file);
  for (const { missing: each, value } of values) {
    if ("variable" in each.place) process.env[each.place.variable] = value;
  }
  const from = found === undefined ? "made up" : `taken from the profile ${found.name}`;
  const variables = values.some((each) => "variable" in each.missing.place);
  warn(
    `Provision ${missing.map(({ field }) => field).join(" and ")} ${from}${variables ? `; before a run: . ${shellPath(file)}` : ""}`,
  );
}

function requireSecrets(missing: Awaited<ReturnType<typeof missingSecrets>>): void {
  if (missing.length === 0) return;
  const places = missing.map(({ field, place }) =>
    "file" in place
      ? `its provision ${field} from the file ${place.file}, which is not there`
      : `its provision ${field} from \${${place.variable}}, which is not set`,
  );
  throw new RollcallError(
    "no-provision-secrets",
    `The scenario takes ${places.join(", and ")}.`,
    "Set what is missing, or say --generate to have them made up, or taken from a profile that exists.",
  );
}

/** The shell looks for a name without a slash in its path. */
function shellPath(file: string): string {
  return file.includes("/") ? file : `./${file}`;
}
