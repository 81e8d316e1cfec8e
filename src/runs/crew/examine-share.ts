import { createConnection } from "node:net";
import { leastDevicesOf } from "../../model/devices-of.ts";
import { RollcallError } from "../../model/error.ts";
import type { Plan, Target } from "../../model/plan.ts";
import { placeName, targetsOf } from "../../model/target.ts";
import { checkResultsFolder } from "../../record/results-folder.ts";
import type { CrewFinding } from "../../workers/crew/messages.ts";
import type { Share } from "../../workers/crew/worker-run.ts";
import { type Memory, readLimits, withSources } from "../machine/machine-limits.ts";
import { sourcesOf } from "../machine/own-addresses.ts";
import { type Finding, preflight } from "../preflight/preflight.ts";
import { shareOfPlan } from "./share-of-plan.ts";

const REACH_MS = 3_000;
const CHECKS: Readonly<Record<Finding["code"], CrewFinding["check"]>> = {
  "open-files": "open files",
  "local-ports": "local ports",
  "port-reuse": "local ports",
  memory: "memory",
};

/** What a worker's machine has to say to its share of a plan. */
export async function examineShare(
  plan: Plan,
  share: Share,
  { data, memory }: { readonly data: string; readonly memory: Memory },
): Promise<readonly CrewFinding[]> {
  const part = shareOfPlan(plan, share);
  const findings: CrewFinding[] = preflight(
    part,
    { generators: share.own, simulated: false },
    withSources(await readLimits(memory), sourcesOf(plan.target)),
  ).map(({ code, level, message, hint }) => ({ check: CHECKS[code], level, message, hint }));
  const devices = leastDevicesOf(part);
  try {
    await checkResultsFolder({ folder: data, devices });
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    findings.push({
      check: "results",
      level: "error",
      message: error.message,
      hint: "Give the worker another folder: --data <folder>.",
    });
  }
  const places = targetsOf(plan).flatMap((target): readonly Address[] =>
    target.transport === "coap" ? [] : (target.hosts ?? [target]),
  );
  const reached = await Promise.all(
    [...new Map(places.map((place) => [placeName(place), place])).values()].map(async (place) => ({
      where: placeName(place),
      trouble: await reach(place),
    })),
  );
  for (const { where, trouble } of reached) {
    if (trouble === undefined) continue;
    findings.push({
      check: "target",
      level: "warning",
      message: `${where} cannot be reached from this machine: ${trouble}.`,
      hint: "Check routes and firewalls; a target at 127.0.0.1 is every worker's own machine.",
    });
  }
  return findings;
}

type Address = Pick<Target, "host" | "address" | "port">;

/** Undefined: somebody listens there. */
function reach({ host, address = host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port, timeout: REACH_MS });
    const end = (trouble: string | undefined): void => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () => end(`no answer within ${REACH_MS / 1_000} s`));
    socket.once("error", (error) => end(error.message));
  });
}
