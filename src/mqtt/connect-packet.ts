import { generate } from "mqtt-packet";
import type { MqttVersion } from "../model/plan.ts";

/** The bytes of a CONNECT, for sockets that do not get further. */
export function connectPacket(version: MqttVersion, clientId: string, username: string): Uint8Array {
  const protocol =
    version === "3.1"
      ? ({ protocolId: "MQIsdp", protocolVersion: 3 } as const)
      : ({ protocolId: "MQTT", protocolVersion: version === "5" ? 5 : 4 } as const);
  return generate({ cmd: "connect", ...protocol, clientId, username, clean: true, keepalive: 0 });
}
