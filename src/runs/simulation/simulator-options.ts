import type { Plan, Target, Transport } from "../../model/plan.ts";
import { targetsOf } from "../../model/target.ts";
import type { Fault } from "../../simulator/core/faults.ts";
import { DEFAULT_PROFILE, type SimulatedProfile, type SimulatorOptions } from "../../simulator/options.ts";
import type { PresetName } from "../../simulator/timing/service-model.ts";
import type { ServerIdentity } from "../../simulator/transports/server-identity.ts";
import { preparedDevices, type SimulatorPorts } from "./embedded-simulator.ts";

/** How a simulator behaves. */
export interface SimulatedServer {
  /** ThingsBoard release; undefined: the simulator's default. */
  readonly version: string | undefined;
  readonly preset: PresetName;
  readonly faults: readonly Fault[];
}

/** The simulator that a plan needs. */
export function optionsFor(
  draft: Plan,
  simulation: SimulatedServer,
  identity: ServerIdentity | undefined,
): SimulatorOptions {
  const profiles = profilesOf(draft);
  const targets = targetsOf(draft);
  const tls = identity === undefined ? {} : { tls: identity };
  return {
    ...(simulation.version === undefined ? {} : { version: simulation.version }),
    preset: simulation.preset,
    ...(targets.some(({ proxyProtocol, transport }) => proxyProtocol !== undefined && transport === "mqtt")
      ? { proxyProtocol: true }
      : {}),
    profiles,
    ...administratorsOf(draft),
    devices: preparedDevices(draft, profileNames(draft, profiles)),
    faults: simulation.faults,
    seed: draft.fleet.seed,
    ...listenersFor(targets, tls),
  };
}

/** One for each key of the groups, so that each is let in with its own key alone; else that of the fleet. */
function profilesOf({ groups, provisioning }: Plan): readonly SimulatedProfile[] {
  if (groups !== undefined) {
    const all = groups.map(({ name, provisioning: { key, secret, strategy }, admin }) => {
      const tenant = admin?.username === undefined ? {} : { tenant: admin.username };
      return { name, key, secret: secret.reveal(), strategy, ...tenant };
    });
    // No server has one key twice: groups of one key are of one profile, that of the first.
    return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
  }
  const { key, strategy } = provisioning;
  const proof =
    provisioning.chain === undefined
      ? { secret: provisioning.secret.reveal() }
      : { secret: provisioning.chain.certificates, namePattern: namePattern(provisioning.chain.commonName) };
  return [{ ...DEFAULT_PROFILE, key, strategy, ...proof }];
}

/** That of each group, in the order of the groups; of a fleet without groups its own. */
function profileNames({ groups }: Plan, profiles: readonly SimulatedProfile[]): readonly string[] {
  if (groups === undefined) return profiles.map(({ name }) => name);
  return groups.map(({ name, provisioning: { key } }) => profiles.find((each) => each.key === key)?.name ?? name);
}

/** Of each tenant that groups name an administrator of; see simulatedGroups. */
function administratorsOf({ groups = [] }: Plan): Pick<SimulatorOptions, "administrators"> {
  const named = groups.flatMap(({ admin }) =>
    admin?.username === undefined || admin.password === undefined
      ? []
      : [{ user: admin.username, password: admin.password.reveal(), tenant: admin.username }],
  );
  const administrators = [...new Map(named.map((each) => [each.user, each])).values()];
  return administrators.length === 0 ? {} : { administrators };
}

function listenersFor(targets: readonly Target[], tls: Pick<SimulatorOptions, "tls">): Partial<SimulatorOptions> {
  const over = (transport: Transport) => targets.filter((target) => target.transport === transport);
  // REST is where HTTP is.
  return {
    ...(over("mqtt").length > 0 ? tls : {}),
    http: over("http").some((target) => target.tls !== undefined) ? tls : {},
    ...(over("coap").length > 0 ? { coap: {} } : {}),
  };
}

export function portOf(ports: SimulatorPorts, { transport, tls }: Target): number {
  const port = transport !== "mqtt" ? ports[transport] : tls === undefined ? ports.mqtt : ports.mqttTls;
  if (port === undefined) throw new Error("the simulator does not listen where the scenario goes");
  return port;
}

/** What a profile must have to find the name in a common name again. */
function namePattern(commonName: string): string {
  const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return `^${commonName.split("{name}").map(literal).join("(.*)")}$`;
}
