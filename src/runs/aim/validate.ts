import { EXIT, type ExitCode } from "../../model/error.ts";
import { describePlan } from "../../scenario/describe.ts";
import { missingSecrets } from "../server/provision-secrets.ts";
import type { World } from "../world.ts";
import { loadScenarioFile, newRunId, overridesOf, type ScenarioOptions } from "./load-scenario.ts";

export interface ValidateOptions extends ScenarioOptions {
  /** Folder of all results. */
  readonly out: string;
}

/** Checks a scenario and says the plan that it makes, its secrets there or not. Throws RollcallError with all its mistakes. */
export async function validate({ variables, voice }: World, options: ValidateOptions): Promise<ExitCode> {
  const overrides = overridesOf(options);
  const missing = await missingSecrets(options.scenario, overrides, variables);
  const { plan, warnings } = await loadScenarioFile(options.scenario, overrides, newRunId(), {
    env: variables,
    results: options.out,
    standIns: missing.map(({ place }) => place),
  });
  for (const { field, group, place } of missing) {
    const where = "file" in place ? `the file ${place.file} is not there` : `${place.variable} is not set`;
    voice.warn(
      `note: the provision ${field}${group === undefined ? "" : ` of ${group}`} will be needed for a run: ${where}.`,
    );
  }
  for (const warning of warnings) voice.warn(`warning: ${warning}`);
  await voice.say(describePlan(plan));
  return EXIT.pass;
}
