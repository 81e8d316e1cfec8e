import type { MqttVersion } from "../../model/plan.ts";

/** Protocol name and level of a CONNECT, by version. Source: MQTT 3.1 and 3.1.1, 3.1.2.1 and 3.1.2.2; MQTT 5.0, 3.1.2.2. */
export const PROTOCOL = {
  "3.1": { protocolId: "MQIsdp", protocolVersion: 3 },
  "3.1.1": { protocolId: "MQTT", protocolVersion: 4 },
  "5": { protocolId: "MQTT", protocolVersion: 5 },
} as const satisfies Record<MqttVersion, { readonly protocolId: string; readonly protocolVersion: number }>;
