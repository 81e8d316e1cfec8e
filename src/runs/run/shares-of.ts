import type { Plan } from "../../model/plan.ts";
import type { RunFiles } from "../../record/run-folder.ts";
import type { Shares } from "../../record/standings.ts";

/** A plan that was carried out says how many generators there were; one from elsewhere may still say "auto". */
export function sharesOf(
  { phases, generators }: Pick<Plan, "phases" | "generators">,
  { journals }: Pick<RunFiles, "journals">,
): Shares {
  return { phases, generators: generators === "auto" ? Math.max(1, journals.length) : generators };
}
