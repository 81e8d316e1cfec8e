import { devicesOf } from "../model/devices-of.ts";
import type { Phase } from "../model/plan.ts";
import { seq } from "../model/units.ts";
import { MOST_DEVICES } from "./fields.ts";
import type { Problem } from "./problem.ts";
import { mixOf, USUAL_CREDENTIALS } from "./fleet-plan.ts";
import type { PhaseInput, Scenario } from "./schema.ts";

/** Devices a second, of a load for which nobody says how many it may have: more than a server has been seen to answer. */
const MOST_A_SECOND = { inAll: 10_000, inFlight: 1_000 };

/** Whether a phase ends by time, and its devices are for others to say. */
export function isBoundless({ closed, duration, devices }: PhaseInput): boolean {
  return closed !== undefined && duration !== undefined && devices === undefined;
}

/** Closed loads with a duration get a ceiling from it where they have none. `count` undefined: there is no fleet of which they take the rest. */
export function withCeilings(inputs: readonly PhaseInput[], count: number | undefined): readonly PhaseInput[] {
  return inputs.map((input) =>
    count === undefined && isBoundless(input) ? { ...input, devices: ceilingOf(input) } : input,
  );
}

function ceilingOf({ closed, duration }: PhaseInput): number {
  const concurrency = closed?.concurrency ?? 1;
  const rate = Math.min(MOST_A_SECOND.inAll, MOST_A_SECOND.inFlight * concurrency);
  return Math.min(MOST_DEVICES, Math.max(concurrency, Math.ceil((rate * (duration ?? 0)) / 1_000_000)));
}

/** A ceiling that nobody has written gives way to the scenario's own, maxDevices. */
export function lowerCeilings(
  phases: readonly Phase[],
  inputs: readonly PhaseInput[],
  { maxDevices, fleet: { retry } }: Pick<Scenario, "maxDevices" | "fleet">,
): readonly Phase[] {
  if (maxDevices === undefined) return phases;
  const most = Math.floor(maxDevices / (retry?.sameName === false ? retry.attempts : 1));
  let excess = devicesOf({ phases }) - most;
  let firstSeq = 0;
  return phases.map((phase, index) => {
    const given = inputs[index];
    const less = given !== undefined && isBoundless(given) ? Math.max(0, Math.min(excess, phase.devices - 1)) : 0;
    excess -= less;
    const lowered = { ...phase, firstSeq: seq(firstSeq), devices: phase.devices - less };
    firstSeq += lowered.devices;
    return lowered;
  });
}

/** What is made before the load, a device at a time, needs a number. */
export function checkMadeBefore(
  inputs: readonly PhaseInput[],
  { fleet, provisioning: { strategy } }: Pick<Scenario, "fleet" | "provisioning">,
  pathOf: (index: number) => Problem["path"],
  problems: Problem[],
): void {
  const kinds = fleet.groups?.map((group) => group.credentials ?? fleet.credentials) ?? [fleet.credentials];
  const asked = kinds.flatMap((credentials) => mixOf(credentials ?? USUAL_CREDENTIALS));
  const made =
    strategy === "pre-provisioned"
      ? "pre-provisioned devices are made on the server"
      : strategy === "x509-chain" || asked.some(({ type }) => type === "x509")
        ? "the certificates of X.509 devices are made"
        : undefined;
  if (made === undefined) return;
  for (const [index, input] of inputs.entries()) {
    if (!isBoundless(input)) continue;
    const fix = `${made} before the load: write devices, the most that this phase may use`;
    problems.push({ path: pathOf(index), value: undefined, fix, judgedBy: ["fleet", "provisioning"] });
  }
}
