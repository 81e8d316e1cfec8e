import type { RecordedPlan } from "../../model/plan.ts";
import type { RunShares } from "../../record/read-standings.ts";
import type { RunFiles } from "../../record/run-folder.ts";

/** A plan that was carried out says how many generators there were; one from elsewhere may still say "auto". */
export function sharesOf(
  { runId, phases, generators }: Pick<RecordedPlan, "runId" | "phases" | "generators">,
  { journals }: Pick<RunFiles, "journals">,
): RunShares {
  return { runId, phases, generators: generators === "auto" ? Math.max(1, journals.length) : generators };
}
