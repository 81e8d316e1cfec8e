import type { Plan } from "../../model/plan.ts";
import { targetsOf, withTargets } from "../../model/target.ts";
import type { World } from "../world.ts";
import type { Credentials } from "../../model/device.ts";
import { readRoster } from "../../record/roster.ts";
import type { SimulatedCredentials, SimulatedDevice } from "../../simulator/options.ts";
import { createAuthority } from "../aim/aimed.ts";
import { optionsFor, portOf } from "./simulator-options.ts";

const AT_ONCE = { version: undefined, preset: "instant", faults: [] } as const;

/**
 * A simulator of this machine's own that answers a plan at once and knows the devices of these rosters, and the plan aimed at it,
 * until disposed of.
 */
export async function startResponder(
  { children }: Pick<World, "children">,
  plan: Plan,
  rosters: readonly string[] = [],
): Promise<Disposable & { readonly plan: Plan }> {
  using started = new DisposableStack();
  const authority = targetsOf(plan).some(({ tls }) => tls !== undefined)
    ? started.use(await createAuthority())
    : undefined;
  const options = optionsFor(plan, AT_ONCE, authority?.identity);
  const devices = [...(options.devices ?? []), ...(await knownDevices(rosters, options.profiles?.[0]?.name ?? ""))];
  const simulator = started.use(await children.startSimulator({ ...options, devices }));
  const targets = targetsOf(plan).map((target) => ({
    ...target,
    host: "127.0.0.1",
    port: portOf(simulator.ports, target),
    tls: target.tls === undefined ? undefined : { caFile: authority?.file, serverName: undefined, insecure: false },
  }));
  const all = started.move();
  return { plan: withTargets(plan, targets), [Symbol.dispose]: () => all.dispose() };
}

/** Only their credentials matter to it: of whichever profile they were, they are let in. */
async function knownDevices(rosters: readonly string[], profile: string): Promise<readonly SimulatedDevice[]> {
  const devices: SimulatedDevice[] = [];
  for (const roster of rosters) {
    for await (const { seq, name = `device ${seq}`, credentials } of readRoster(roster)) {
      const known = knownCredentials(credentials);
      if (known !== undefined) devices.push({ profile, name, credentials: known });
    }
  }
  return devices;
}

function knownCredentials(credentials: Credentials): SimulatedCredentials | undefined {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { type: "ACCESS_TOKEN", token: credentials.token.reveal() };
    case "MQTT_BASIC": {
      const { type, clientId, username, password } = credentials;
      return {
        type,
        ...(clientId === undefined ? {} : { clientId }),
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password: password.reveal() }),
      };
    }
    case "X509_CERTIFICATE":
      return { type: "X509_CERTIFICATE", certificate: credentials.certificate };
    case "LWM2M_CREDENTIALS":
      return undefined;
  }
}
