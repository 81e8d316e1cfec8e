import { generate } from "mqtt-packet";
import type { MqttVersion } from "../../model/plan.ts";
import { PROTOCOL } from "./protocol.ts";

/** The bytes of a CONNECT, for sockets that do not get further. */
export function connectPacket(version: MqttVersion, clientId: string, username: string): Uint8Array {
  return generate({ cmd: "connect", ...PROTOCOL[version], clientId, username, clean: true, keepalive: 0 });
}
