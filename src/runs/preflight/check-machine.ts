import { availableParallelism } from "node:os";
import type { Plan } from "../../model/plan.ts";
import type { World } from "../world.ts";
import { judgeProcessors } from "./judge-processors.ts";
import { readLimits, withSources } from "../machine/machine-limits.ts";
import type { OtherWork } from "../machine/other-work.ts";
import { sourcesOf } from "../machine/own-addresses.ts";
import { preflight, preflightError } from "./preflight.ts";

/** Says what of this machine may spoil a run before anything is sent. Throws RollcallError where the plan cannot work on it. */
export async function checkMachine(
  { voice, machine }: World,
  plan: Plan & { readonly generators: number },
  found: { readonly simulated: boolean; readonly otherWork: OtherWork | undefined },
): Promise<void> {
  const limits = withSources(await readLimits(machine.memory()), sourcesOf(plan.target));
  const { generators } = plan;
  const findings = preflight(plan, { generators, simulated: found.simulated }, limits);
  const error = preflightError(findings);
  if (error !== undefined) throw error;
  const processors = judgeProcessors({ generators, cores: availableParallelism(), otherWork: found.otherWork });
  for (const { message, hint } of [...findings, ...processors]) voice.warn(`warning: ${message} ${hint}`);
}
