import type { NamedFinding } from "../../doctor/examination.ts";
import { type Finding, notChecked, ok, problem, warning } from "../../doctor/finding.ts";
import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { placeName, targetsOf } from "../../model/target.ts";
import type { ExaminedMember } from "../../workers/crew/crew.ts";
import { CREW_CHECKS } from "../../workers/crew/messages.ts";
import { formatCount, formatSize } from "../../writing/notation.ts";
import type { BusSetting } from "../crew/bus-setting.ts";
import { gatherCrew } from "../crew/join-crew.ts";
import type { World } from "../world.ts";

/** A second is a row of the report: beyond this share of it, rows of several machines are moved against each other. */
const CLOCK_MS = 10;

/** What keeps the workers from being asked, and is found out like anything else. */
const IN_THE_WAY =
  /^(?:bus-(?:unreachable|too-old|without-jetstream)|workers-missing|mixed-versions|worker-refused|too-many-workers)$/;

/** What `askCrew` finds; that the workers do not come, or the bus is not there, is a finding too. Throws what `stop` ended. */
export async function examineCrew(
  world: World,
  plan: Plan,
  setting: BusSetting,
  simulated: boolean,
  stop: AbortSignal,
): Promise<readonly NamedFinding[]> {
  try {
    return await askCrew(world, plan, setting, simulated);
  } catch (error) {
    if (stop.aborted || !(error instanceof RollcallError) || !IN_THE_WAY.test(error.code)) throw error;
    const check = error.code.startsWith("bus-") ? "bus" : "workers";
    return [{ check, ...problem(error.message.replace(/\.$/, ""), error.hint) }];
  }
}

/** Asks each worker what its machine has for its share of the plan, and lets all go again. Throws RollcallError when they do not come. */
async function askCrew(
  world: World,
  plan: Plan,
  setting: BusSetting,
  simulated: boolean,
): Promise<readonly NamedFinding[]> {
  const joined = await gatherCrew(world, plan, setting, { simulated, metered: false });
  await joined.leave([]);
  return joined.crew.examined.flatMap((member) => [
    ...CREW_CHECKS.map((check) => ({ check: `${member.name}: ${check}`, ...judge(member, check, plan) })),
    { check: `${member.name}: clock`, ...judgeClock(member) },
  ]);
}

function judge({ findings, limits }: ExaminedMember, check: (typeof CREW_CHECKS)[number], plan: Plan): Finding {
  const bad = findings.find((finding) => finding.check === check);
  if (bad !== undefined) return (bad.level === "error" ? problem : warning)(bad.message.replace(/\.$/, ""), bad.hint);
  switch (check) {
    case "open files":
      return ok(`a process may open ${countOf(limits.openFiles)}, enough for its share`);
    case "local ports":
      return ok(`${countOf(limits.ports)} for each address, enough for its share`);
    case "memory":
      return ok(`enough for its share, of ${formatSize(limits.memoryBytes)}`);
    case "results":
      return ok("its folder can be written to");
    case "target":
      return targetsOf(plan).every(({ transport }) => transport === "coap")
        ? notChecked("CoAP is UDP: there is no connection to open")
        : ok(
            `${targetsOf(plan)
              .filter(({ transport }) => transport !== "coap")
              .flatMap((target) => (target.hosts === undefined ? [placeName(target)] : target.hosts.map(placeName)))
              .join(", ")} can be reached`,
          );
  }
}

function judgeClock({ clock: { boundMs, roundTripMs } }: ExaminedMember): Finding {
  if (boundMs === undefined) return notChecked("its questions for the time of this machine were not answered");
  const found = `known to ${boundMs.toFixed(2)} ms, by round trips of ${roundTripMs} ms and more`;
  return boundMs <= CLOCK_MS
    ? ok(found)
    : warning(`${found}: rows of a second each are moved by that much`, "Use a bus that is nearer to the workers.");
}

const countOf = (limit: number | null): string => (limit === null ? "as many as it likes" : formatCount(limit));
