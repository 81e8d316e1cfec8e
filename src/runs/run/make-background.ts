import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type BackgroundPlan, yetToMake } from "../../model/background.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { seq, us } from "../../model/units.ts";
import { freshPrefix } from "../../scenario/resolve.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";
import { quantity } from "../../writing/notation.ts";
import type { Aimed } from "../aim/aimed.ts";
import { newRunId } from "../aim/load-scenario.ts";
import { readResults, writeResults } from "../results/results.ts";
import type { World } from "../world.ts";
import { requireNoFailure } from "./require-no-failure.ts";

/** So many are asked for at once: they are made before anything is measured. */
const AT_ONCE = 50;

export interface CarriedOut {
  readonly folder: string;
  readonly ends: readonly GeneratorEnd[];
}

/**
 * A background that is to be made first: by a run of its own, with its own folder, ledger and roster, which every command takes
 * as any other. Gives what was aimed, with the devices that are there now. Throws RollcallError "background" or "interrupted".
 */
export async function withBackground(
  world: World,
  aimed: Aimed,
  carryOut: (aimed: Aimed) => Promise<CarriedOut>,
): Promise<Aimed> {
  const { background } = aimed.plan;
  if (background === undefined || yetToMake(background) === 0) return aimed;
  const plan = planFor(aimed.plan, background);
  world.voice.warn(`Making the background first: ${quantity(background.devices, "device")}, as run ${plan.runId}.`);
  const { folder, ends } = await carryOut({ ...aimed, plan, warnings: [], watch: undefined, otherWork: undefined });
  requireNoFailure(ends);
  const results = await readResults(folder);
  await writeResults(folder, results);
  const { run, ledger } = results.summary;
  const name = basename(folder);
  if (run.state !== "complete") {
    throw new RollcallError(
      "interrupted",
      `Interrupted while the background was made: ${quantity(ledger.provisioned, "device")} of it are there.`,
      `rollcall cleanup ${name} takes them away.`,
      EXIT.interrupted,
    );
  }
  if (ledger.provisioned === 0) {
    throw new RollcallError(
      "background",
      "None of the devices of the background could be made, so the load was not begun.",
      `rollcall report ${name} says why.`,
      EXIT.unhealthy,
    );
  }
  const missing = background.devices - ledger.provisioned;
  if (missing > 0) {
    world.voice.warn(
      `warning: ${quantity(missing, "device")} of the background could not be made; rollcall report ${name} says why.`,
    );
  }
  const there = { ...background, run: plan.runId, folder, devices: ledger.provisioned };
  return { ...aimed, plan: { ...aimed.plan, background: there } };
}

/** Of the run that makes the background of a scenario. */
export function backgroundName(scenario: string): string {
  return `${scenario}-background`;
}

/** Under names of its own, so that it can never take one of the run that follows. */
function planFor(
  { background: _own, events: _events, maxDevices: _most, fleet, ...plan }: Plan,
  { devices }: BackgroundPlan,
): Plan {
  const runId = newRunId();
  const { at: _at, proof: _proof, ...rollCall } = plan.rollCall;
  return {
    ...plan,
    name: backgroundName(plan.name),
    description: `Makes the background of run ${plan.runId}.`,
    hash: createHash("sha256")
      .update(JSON.stringify([plan.hash, "background", devices]))
      .digest("hex"),
    runId,
    prefix: freshPrefix(runId),
    fleet: {
      count: devices,
      seed: fleet.seed,
      names: { from: "pattern", pattern: "{prefix}-{seq:6}" },
      mix: fleet.mix,
      gateway: false,
      misbehaviours: [],
    },
    phases: [
      {
        name: "background",
        warmup: false,
        firstSeq: seq(0),
        devices,
        shape: { kind: "closed", concurrency: Math.min(AT_ONCE, devices, plan.maxInFlight) },
      },
    ],
    rollCall: { ...rollCall, when: "off", hold: us(0) },
    thresholds: [],
  };
}
