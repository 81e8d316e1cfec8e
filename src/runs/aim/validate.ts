import { EXIT, type ExitCode } from "../../model/error.ts";
import { describePlan } from "../../scenario/describe.ts";
import type { World } from "../world.ts";
import { loadScenarioFile, newRunId, overridesOf, type ScenarioOptions } from "./load-scenario.ts";

export interface ValidateOptions extends ScenarioOptions {
  /** Folder of all results. */
  readonly out: string;
}

/** Checks a scenario and says the plan that it makes. Throws RollcallError with all its mistakes. */
export async function validate({ variables, voice }: World, options: ValidateOptions): Promise<ExitCode> {
  const { plan, warnings } = await loadScenarioFile(options.scenario, overridesOf(options), newRunId(), {
    env: variables,
    results: options.out,
  });
  for (const warning of warnings) voice.warn(`warning: ${warning}`);
  await voice.say(describePlan(plan));
  return EXIT.pass;
}
