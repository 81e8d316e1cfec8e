import type { Check } from "../check.ts";
import { warning } from "../finding.ts";

/** What loading the scenario warned of. */
export const scenarioWarnings: Check = {
  name: "scenario",
  judge: ({ scenario }) => scenario.warnings.map((text) => warning(text, "Change it, or leave it if it is meant.")),
};
