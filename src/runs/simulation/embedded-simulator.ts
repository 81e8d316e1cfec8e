import type { Plan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { fleetNamesByGroup } from "../names/fleet-names.ts";
import type { SimulatedDevice, SimulatorOptions } from "../../simulator/options.ts";

/** The administrator of ThingsBoard's demo data, whom the simulator knows too. */
export const SIMULATED_ADMINISTRATOR = {
  username: "tenant@thingsboard.org",
  password: new Secret("tenant"),
  apiKey: undefined,
} as const;

export const SIMULATED_SYSTEM_ADMINISTRATOR = {
  username: "sysadmin@thingsboard.org",
  password: "sysadmin",
} as const;

export type SimulatorRequest =
  | { readonly kind: "start"; readonly options: SimulatorOptions }
  | { readonly kind: "account" };
export type SimulatorMessage =
  | { readonly kind: "account"; readonly account: SimulatorAccount }
  | { readonly kind: "listening"; readonly ports: SimulatorPorts }
  | { readonly kind: "failed"; readonly reason: string };

/** What it did, as it knows it itself. */
export interface SimulatorAccount {
  readonly faults: number;
  /** As in Simulator. */
  readonly serviceTimes: readonly number[];
  /** Requests that it may still create devices for. */
  readonly underWay: number;
  /** How long its event loop has worked since it began, milliseconds. */
  readonly activeMs: number;
}

/** Where it listens; undefined: not asked for. */
export interface SimulatorPorts {
  readonly mqtt: number;
  readonly mqttTls: number | undefined;
  readonly http: number | undefined;
  readonly coap: number | undefined;
}

export interface EmbeddedSimulator extends Disposable {
  readonly ports: SimulatorPorts;
  readonly pid: number | undefined;
  /** Resolves, with how, if it ends before it is disposed of. */
  readonly died: Promise<string>;
  /** Up to now; rejects if it is gone. */
  account(): Promise<SimulatorAccount>;
}

/** The devices that must exist before a pre-provisioned fleet asks for its credentials; `profiles`: of its groups, or the one. */
export function preparedDevices(plan: Plan, profiles: readonly string[]): readonly SimulatedDevice[] {
  if (plan.provisioning.strategy !== "pre-provisioned") return [];
  return fleetNamesByGroup(plan).flatMap((names, index) =>
    names.map((name) => ({ profile: profiles[index] ?? "", name })),
  );
}
