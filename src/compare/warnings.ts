import type { Summary } from "../model/summary.ts";
import type { Policy } from "./comparison.ts";

/** What does not forbid a comparison but may explain its result. */
export function comparisonWarnings(
  base: readonly Summary[],
  candidate: readonly Summary[],
  policy: Policy,
): readonly string[] {
  const all = [...base, ...candidate];
  const warnings: string[] = [];
  const differing = (what: string, of: (summary: Summary) => string) => {
    const values = [...new Set(all.map(of))];
    if (values.length > 1) warnings.push(`the runs come from more than one ${what}: ${values.join("; ")}`);
  };
  differing("machine", ({ run }) => `${run.machine.cpu}, ${run.machine.cores} cores`);
  differing("Node.js version", ({ run }) => run.node);
  differing("rollcall version", ({ run }) => run.rollcall);
  differing("number of generators", ({ run }) => String(run.generators));
  const degraded = all.filter((summary) => summary.validity.grade === "degraded");
  if (degraded.length > 0) {
    warnings.push(`the generator was degraded in ${degraded.length} of ${all.length} runs: ${ids(degraded)}`);
  }
  if (policy.floor === null)
    warnings.push("no calibration: differences below the generator's own floor may be called real");
  return warnings;
}

const ids = (summaries: readonly Summary[]) => summaries.map((summary) => summary.run.id).join(", ");
