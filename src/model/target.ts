import type { MqttClientName, Target, Transport } from "./plan.ts";

/** As people write them. */
export const PROTOCOL_NAMES: Readonly<Record<Transport, string>> = { mqtt: "MQTT", http: "HTTP", coap: "CoAP" };

/** Where devices go, as every report shows it, e.g. mqtts://[::1]:8883. */
export function urlOf({ transport, host, port, tls }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${transport}${tls === undefined ? "" : "s"}://${name}:${port}`;
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
