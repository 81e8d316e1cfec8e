import { type Diagnosis, diagnose } from "../../doctor/diagnosis.ts";
import type { NamedFinding } from "../../doctor/examination.ts";
import { examine } from "../../doctor/examine.ts";
import { strangerOf } from "../../fleet/stranger.ts";
import { controlRoll } from "../../generator/negative-control.ts";
import type { Admin, Plan } from "../../model/plan.ts";
import { refuseGroups } from "../aim/refuse-groups.ts";
import { urlOf } from "../../model/target.ts";
import { createAdministration } from "../../thingsboard/admin.ts";
import { readAuthority } from "../../wires/socket/endpoint.ts";
import { createLogin, createProvisioner } from "../aim/wire.ts";
import type { OtherWork } from "../machine/other-work.ts";
import { createKeyStore, keyFolder } from "../machine/key-store.ts";
import { monotonicMs, type World } from "../world.ts";
import { findAuthorities } from "./authorities.ts";
import { examineMachine } from "./machine.ts";
import { createProbe, sampleNames, scenarioFacts } from "./sample.ts";

export interface Patient {
  readonly plan: Plan;
  /** What loading the scenario warned of. */
  readonly warnings: readonly string[];
  /** The scenario's file. */
  readonly scenario: string;
  /** Folder of all results. */
  readonly results: string;
  readonly simulated: boolean;
  /** What the workers' machines have; undefined: this one makes the load. */
  readonly workers: readonly NamedFinding[] | undefined;
  /** What others do on this machine just now; undefined: not known. */
  readonly otherWork?: OtherWork | undefined;
  /** Undefined: nobody can ask the server. */
  readonly admin: Admin | undefined;
  /** The system administrator, where there is one. */
  readonly system: Admin | undefined;
}

/** Sees and judges all there is. Rejects with the reason of `stop` when that is aborted; the device is gone then too. */
export async function diagnosePlan(
  world: Pick<World, "clock" | "machine" | "variables" | "home">,
  { plan, warnings, scenario, results, simulated, workers, otherWork, ...access }: Patient,
  onStep: (what: string) => void,
  stop: AbortSignal,
): Promise<Diagnosis> {
  refuseGroups(plan, "doctor");
  const admin = access.admin && createAdministration(access.admin);
  const system = access.system && createAdministration(access.system);
  const caFile = plan.target.tls?.caFile;
  try {
    const seen = await examine(
      {
        plan,
        provisioner: () => createProvisioner(plan),
        login: () => createLogin(plan, false),
        device: () => createProbe(plan, createKeyStore(keyFolder(world)), stop),
        control: (login) => (issued, signal) => controlRoll(login, issued, strangerOf(plan), signal),
        admin,
        system,
        ca: caFile === undefined ? undefined : readAuthority(caFile),
        authorities: () => findAuthorities(scenario),
        names: sampleNames(plan),
        machine: await examineMachine(plan, {
          simulated,
          results,
          memory: world.machine.memory(),
          workers: workers !== undefined,
          otherWork,
        }),
        workers: workers ?? [],
        scenario: scenarioFacts(plan, warnings),
        now: () => monotonicMs(world.clock),
        wall: world.clock.wall,
        onStep,
      },
      stop,
    );
    return diagnose(seen, { scenario: plan.name, target: urlOf(plan.target), simulated });
  } finally {
    await admin?.close();
    await system?.close();
  }
}
