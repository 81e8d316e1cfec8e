import { access, constants, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import type { NamedFinding } from "../../doctor/examination.ts";
import { type Finding as DoctorFinding, ok, problem, warning } from "../../doctor/finding.ts";
import { leastDevicesOf } from "../../model/devices-of.ts";
import type { Plan } from "../../model/plan.ts";
import { lackOfRoom } from "../../record/results-folder.ts";
import { formatCount, formatSize } from "../../writing/notation.ts";
import { generatorsOf } from "../preflight/demand.ts";
import { sourcesOf } from "../machine/own-addresses.ts";
import { type Limits, type Memory, readLimits, withSources } from "../machine/machine-limits.ts";
import { isBusy, OTHER_WORK_HINT, type OtherWork, otherWorkText } from "../machine/other-work.ts";
import { type Finding, preflight } from "../preflight/preflight.ts";

/** The checks that a run makes of this machine before its load, and what they found in order as well. With workers, it only takes their results. */
export async function examineMachine(
  plan: Plan,
  setting: {
    readonly simulated: boolean;
    readonly results: string;
    readonly memory: Memory;
    readonly workers: boolean;
    /** What others do on this machine just now; undefined: not known. */
    readonly otherWork?: OtherWork | undefined;
  },
): Promise<readonly NamedFinding[]> {
  const results = { check: "results", ...(await judgeFolder(setting.results, leastDevicesOf(plan))) };
  if (setting.workers) return [results];
  const limits = withSources(await readLimits(setting.memory), sourcesOf(plan.target));
  const cores = availableParallelism();
  const generators = generatorsOf(plan, cores);
  const found = preflight(plan, { generators, simulated: setting.simulated }, limits);
  const judged = (check: string, codes: readonly Finding["code"][], good: string): NamedFinding => {
    const bad = found.find(({ code }) => codes.includes(code));
    if (bad === undefined) return { check, ...ok(good) };
    const text = lowerFirst(bad.message).replace(/\.$/, "");
    return { check, ...(bad.level === "error" ? problem : warning)(text, bad.hint) };
  };
  return [
    judged("open files", ["open-files"], `a process may open ${countOf(limits.openFiles)}, enough for this plan`),
    judged(
      "local ports",
      ["local-ports", "port-reuse"],
      `${countOf(limits.ports)} for one target, enough for this plan`,
    ),
    judged("memory", ["memory"], `${formatSize(limits.memoryFreeBytes)} free of ${formatSize(limits.memoryBytes)}`),
    { check: "generators", ...judgeCores(plan.generators, generators, cores, setting.simulated) },
    ...judgeOtherWork(setting.otherWork),
    results,
  ];
}

/** One core is the parent's, and one the simulator's. */
function judgeCores(asked: Plan["generators"], generators: number, cores: number, simulated: boolean): DoctorFinding {
  const found = `${generators} on ${cores} ${cores === 1 ? "core" : "cores"}${simulated ? ", which the simulator shares" : ""}`;
  if (generators < cores) return ok(found);
  const fix =
    asked === "auto" ? "Use a machine with more cores." : `Set generators to ${Math.max(1, cores - 1)}, or auto.`;
  return warning(`${found}: they have no core of their own, and their lateness shows in the figures`, fix);
}

/** Nothing is said where nothing is known: not every system is a Linux. */
function judgeOtherWork(otherWork: OtherWork | undefined): readonly NamedFinding[] {
  if (otherWork === undefined) return [];
  const text = otherWorkText(otherWork);
  return [{ check: "processors", ...(isBusy(otherWork) ? warning(text, OTHER_WORK_HINT) : ok(text)) }];
}

/** Nothing is made: the folder, or the nearest one above it, must be one that may be written to. */
async function judgeFolder(folder: string, devices: number): Promise<DoctorFinding> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined && path !== dirname(path)) continue;
    const fix = "Choose another folder with --out.";
    if (there?.isDirectory() !== true) return problem(`${path} is no folder`, fix);
    const writable = await access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!writable) return problem(`${path} may not be written to`, fix);
    const lack = await lackOfRoom(path, devices);
    return lack === undefined
      ? ok(`${folder} can be written to`)
      : problem(`${path} has ${lack}`, "Free some space, or choose another folder with --out.");
  }
}

const countOf = (limit: Limits["openFiles"]): string =>
  limit === undefined ? "as many as it likes" : formatCount(limit);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
