import type { Socket } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";
import type { MqttVersion } from "../../src/model/plan.ts";
import { type ScriptedServer, type ServerIdentity, startScriptedServer } from "./scripted-server.ts";

/** The server's end of one MQTT connection. */
export interface MqttLine {
  readonly socket: Socket;
  readonly reset: () => void;
  encode(...packets: readonly Packet[]): Buffer;
  send(...packets: readonly Packet[]): void;
}

export type MqttScript = (packet: Packet, line: MqttLine) => void;

/** A TCP server that reads MQTT by `mqtt-packet` and answers as the script says, or not at all. */
export function startMqttServer(
  version: MqttVersion,
  script: MqttScript,
  identity?: ServerIdentity,
  /** Sees what comes, before it is read. */
  onBytes: (bytes: Buffer) => void = () => undefined,
): Promise<ScriptedServer> {
  const protocolVersion = version === "5" ? 5 : version === "3.1" ? 3 : 4;
  return startScriptedServer((socket, reset) => {
    const encode = (...packets: readonly Packet[]): Buffer =>
      Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion })));
    const line: MqttLine = {
      socket,
      reset,
      encode,
      send: (...packets) => {
        if (socket.writable) socket.write(encode(...packets));
      },
    };
    const reader = parser({ protocolVersion });
    reader.on("packet", (packet: Packet) => script(packet, line));
    socket.on("data", (bytes: Buffer) => {
      onBytes(bytes);
      reader.parse(bytes);
    });
  }, identity);
}
