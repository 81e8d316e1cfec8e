import type { GroupPlan, HostPlan, MqttClientName, Plan, Target, Transport } from "./plan.ts";

/** As people write them. */
export const PROTOCOL_NAMES: Readonly<Record<Transport, string>> = { mqtt: "MQTT", http: "HTTP", coap: "CoAP" };

/** Where devices go, as every report shows it, e.g. mqtts://[::1]:8883; several as mqtt://node1:1883,node2:1883. */
export function urlOf({ transport, host, port, tls, hosts }: Target): string {
  const places = new Set((hosts ?? [{ host, port }]).map((each) => hostAndPort(each.host, each.port)));
  return `${transport}${tls === undefined ? "" : "s"}://${[...places].join(",")}`;
}

/** All that devices are sent to: where each group goes, or the one target. */
export function targetsOf({ target, groups }: TargetsPlan): readonly Target[] {
  return groups?.map((group) => group.target) ?? [target];
}

/** The same plan with these instead, in the order of targetsOf. */
export function withTargets<
  P extends Pick<Plan, "target"> & { readonly groups?: readonly Pick<GroupPlan, "target">[] },
>(plan: P, targets: readonly Target[]): P {
  const [target = plan.target] = targets;
  const groups = plan.groups?.map((group, index) => ({ ...group, target: targets[index] ?? group.target }));
  return { ...plan, target, ...(groups === undefined ? {} : { groups }) };
}

/** As urlOf, of all that devices are sent to: those of several groups with a comma between. */
export function urlsOfPlan(plan: TargetsPlan): string {
  return [...new Set(targetsOf(plan).map(urlOf))].join(", ");
}

type TargetsPlan = Pick<Plan, "target"> & { readonly groups?: readonly Pick<GroupPlan, "target">[] | undefined };

/** A place's own name in journals and tables: the address if it is known, with its port. */
export function placeName({ host, address, port }: Pick<HostPlan, "host" | "address" | "port">): string {
  return hostAndPort(address ?? host, port);
}

export function hostAndPort(host: string, port: number): string {
  return `${hostInUrl(host)}:${port}`;
}

/** An IPv6 address stands in brackets there. */
export function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A host as people write it, maybe with its port: an IPv6 address has colons of its own, so that its port stands behind brackets. */
export function readPlace(text: string, usualPort: number): Pick<HostPlan, "host" | "port"> {
  const [, host = text, port] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(text) ?? [];
  return { host: bareHost(host), port: port === undefined ? usualPort : Number(port) };
}

/** Whether a port may stand behind a host that is connected to. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** An IPv6 address in brackets, as URLs have it, is that address. */
export function bareHost(host: string): string {
  return /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
}

/** What is spoken there, with its version where that is chosen: "MQTT 3.1.1", "CoAP". */
export function protocolOf({ transport, mqttVersion }: Pick<Target, "transport" | "mqttVersion">): string {
  const name = PROTOCOL_NAMES[transport];
  return transport === "mqtt" ? `${name} ${mqttVersion}` : name;
}

/** What speaks MQTT for the devices of a target. */
export function clientOf({ client }: Pick<Target, "client">): MqttClientName {
  return client ?? "mqtt";
}

/** As people read it. */
export const CLIENT_NAMES: Readonly<Record<MqttClientName, string>> = {
  lean: "lean client",
  mqtt: "client of the mqtt package",
};
