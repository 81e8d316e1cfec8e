import type { Summary } from "../model/summary.ts";
import { CLIENT_NAMES, clientOf } from "../model/target.ts";
import { medianOfSorted } from "./hodges-lehmann.ts";
import type { Policy } from "./comparison.ts";
import { formatCount } from "../writing/notation.ts";

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
  differing("MQTT client", ({ run }) =>
    run.target.transport === "mqtt" ? CLIENT_NAMES[clientOf(run.target)] : "none",
  );
  differing("number of generators", ({ run }) => String(run.generators));
  const degraded = all.filter((summary) => summary.validity.grade === "degraded");
  if (degraded.length > 0) {
    warnings.push(`the generator was degraded in ${degraded.length} of ${all.length} runs: ${ids(degraded)}`);
  }
  warnings.push(...fleetSizeWarning(base, candidate));
  if (policy.floor === null) {
    warnings.push("not every run is calibrated: differences below the generators' own floor may be called real");
  }
  return warnings;
}

/** Devices in the tenant when a run begins change what it measures; each side stands for its median run. */
const MOST_DIFFERENT = 0.1;

function fleetSizeWarning(base: readonly Summary[], candidate: readonly Summary[]): readonly string[] {
  const sizes = (side: readonly Summary[]) =>
    side.flatMap(({ server }) => (server?.devices.before ? [server.devices.before.tenant] : []));
  const [before, after] = [sizes(base), sizes(candidate)];
  if (before.length < base.length || after.length < candidate.length) {
    return ["how many devices the server had is not known of every run: that changes what is measured"];
  }
  const [left, right] = [before, after].map((values) => medianOfSorted(values.toSorted((a, b) => a - b)));
  if (left === undefined || right === undefined) return [];
  if (Math.abs(right - left) <= MOST_DIFFERENT * Math.max(left, 1)) return [];
  return [
    `the server had ${formatCount(left)} devices before the base's runs and ${formatCount(right)} before the candidate's: that changes what is measured`,
  ];
}

const ids = (summaries: readonly Summary[]) => summaries.map((summary) => summary.run.id).join(", ");
