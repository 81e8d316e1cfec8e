import { type Diagnosis, diagnose, type Examined } from "../../doctor/diagnosis.ts";
import type { Examination, NamedFinding } from "../../doctor/examination.ts";
import { examine } from "../../doctor/examine.ts";
import { strangerOf } from "../../fleet/stranger.ts";
import { controlRoll } from "../../generator/negative-control.ts";
import type { Admin, Plan } from "../../model/plan.ts";
import { urlsOfPlan } from "../../model/target.ts";
import { createAdministration } from "../../thingsboard/admin.ts";
import { readAuthority } from "../../wires/socket/endpoint.ts";
import { createLogin, createProvisioner } from "../wiring/wire.ts";
import type { OtherWork } from "../machine/other-work.ts";
import { createKeyStore, keyFolder } from "../machine/key-store.ts";
import { monotonicMs, type World } from "../world.ts";
import { findAuthorities } from "./authorities.ts";
import { examineMachine } from "./machine.ts";
import type { TenantAccess } from "../server/tenants.ts";
import { type DoctorPart, partsOf } from "./doctor-parts.ts";
import { createProbe, scenarioFacts } from "./sample.ts";

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
  /** Empty: nobody can ask the server. */
  readonly tenants: readonly TenantAccess[];
  /** The system administrator, where there is one. */
  readonly system: Admin | undefined;
}

/** Sees and judges all there is. Rejects with the reason of `stop` when that is aborted; the device is gone then too. */
export async function diagnosePlan(
  world: Pick<World, "clock" | "machine" | "variables" | "home">,
  patient: Patient,
  onStep: (what: string) => void,
  stop: AbortSignal,
): Promise<Diagnosis> {
  const { plan, simulated, results, workers } = patient;
  const machine = await examineMachine(plan, {
    simulated,
    results,
    memory: world.machine.memory(),
    workers: workers !== undefined,
    otherWork: patient.otherWork,
  });
  const examined: Examined[] = [];
  for (const part of partsOf(plan, patient.tenants)) {
    const { group } = part;
    const step = (what: string): void => onStep(group === undefined ? what : `${what} (${group})`);
    examined.push({ group, seen: await examinePart(world, part, { ...patient, machine, onStep: step }, stop) });
  }
  return diagnose(examined, { scenario: plan.name, target: urlsOfPlan(plan), simulated });
}

async function examinePart(
  world: Pick<World, "clock" | "variables" | "home">,
  { plan, names, ofTenant, ...part }: DoctorPart,
  {
    machine,
    onStep,
    ...patient
  }: Patient & { readonly machine: readonly NamedFinding[]; readonly onStep: (what: string) => void },
  stop: AbortSignal,
): Promise<Examination> {
  const admin = part.admin && createAdministration(part.admin);
  const system = patient.system && createAdministration(patient.system);
  const caFile = plan.target.tls?.caFile;
  try {
    return await examine(
      {
        plan,
        ofTenant,
        provisioner: () => createProvisioner(plan),
        login: () => createLogin(plan, false),
        device: () => createProbe(plan, createKeyStore(keyFolder(world)), stop),
        control: (login) => (issued, signal) => controlRoll(login, issued, strangerOf(plan), signal),
        admin,
        system,
        ca: caFile === undefined ? undefined : readAuthority(caFile),
        authorities: () => findAuthorities(patient.scenario),
        names,
        machine,
        workers: patient.workers ?? [],
        scenario: scenarioFacts(plan, patient.warnings),
        now: () => monotonicMs(world.clock),
        wall: world.clock.wall,
        onStep,
      },
      stop,
    );
  } finally {
    await admin?.close();
    await system?.close();
  }
}
