import { type IPublishPacket, type Packet, parser } from "mqtt-packet";
import type { MqttVersion } from "../model/plan.ts";
import { PROTOCOL } from "../wires/mqtt/protocol.ts";

/** A packet of the server: its name, and how it is written in a result. */
export interface Received {
  readonly cmd: string;
  readonly text: string;
  /** Given for a PUBLISH only. */
  readonly publish:
    | {
        readonly topic: string;
        readonly qos: number;
        readonly payload: Buffer;
        /** All that there is beside: flags, packet id, MQTT 5 properties. */
        readonly envelope: string;
      }
    | undefined;
}

const DISCONNECT = 14;

/** `bytes`: exactly one packet. Throws where they are not one. */
export function readPacket(bytes: Buffer, version: MqttVersion): Received {
  // ThingsBoard sends reasons in DISCONNECT that MQTT allows in CONNACK only; mqtt-packet refuses to read them.
  if ((bytes[0] ?? 0) >> 4 === DISCONNECT) {
    return { cmd: "disconnect", text: `DISCONNECT ${hex(bytes[2] ?? 0)}`, publish: undefined };
  }
  const packet = parse(bytes, version);
  if (packet.cmd !== "publish") return { cmd: packet.cmd, text: textOf(packet, version), publish: undefined };
  const { topic, qos, payload } = packet;
  const envelope = envelopeOf(packet);
  return { cmd: "publish", text: "PUBLISH", publish: { topic, qos, payload: Buffer.from(payload), envelope } };
}

function envelopeOf({ qos, retain, dup, messageId, properties }: IPublishPacket): string {
  return [
    `QoS ${qos}`,
    ...(messageId === undefined ? [] : [`id ${messageId}`]),
    ...(retain ? ["retained"] : []),
    ...(dup ? ["dup"] : []),
    ...namesOf(properties),
  ].join(", ");
}

function namesOf(properties: object | undefined): readonly string[] {
  return Object.keys(properties ?? {});
}

function parse(bytes: Buffer, version: MqttVersion): Packet {
  const reader = parser({ protocolVersion: PROTOCOL[version].protocolVersion });
  let packet: Packet | undefined;
  let failure: Error | undefined;
  reader.on("packet", (read) => {
    packet = read;
  });
  reader.on("error", (error) => {
    failure = error as Error;
  });
  reader.parse(bytes);
  if (packet === undefined) throw failure ?? new Error("not a whole packet");
  return packet;
}

/** Only MQTT 5 has reason codes in acknowledgements; 0 goes without saying. */
function textOf(packet: Packet, version: MqttVersion): string {
  switch (packet.cmd) {
    case "connack": {
      const code = version === "5" && packet.reasonCode !== 0 ? hex(packet.reasonCode ?? 0) : (packet.returnCode ?? 0);
      const more = [...(packet.sessionPresent ? ["session present"] : []), ...namesOf(packet.properties)];
      return [`CONNACK ${code}`, ...more].join(" ");
    }
    case "puback":
      return (packet.reasonCode ?? 0) === 0 ? "PUBACK" : `PUBACK ${hex(packet.reasonCode ?? 0)}`;
    case "suback":
      return `SUBACK ${packet.granted
        .map(Number)
        .map((code) => (code < 0x80 ? String(code) : hex(code)))
        .join(" ")}`;
    case "unsuback":
      return version === "5" ? `UNSUBACK ${[packet.granted].flat().map(Number).map(hex).join(" ")}` : "UNSUBACK";
    default:
      return packet.cmd.toUpperCase();
  }
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

const INCOMPLETE = -1;

/** Where the packet at the beginning of `buffer` ends; -1 while its end has not come. Throws where its length is none. */
export function endOfPacket(buffer: Buffer): number {
  let length = 0;
  for (let i = 0; i < 4; i += 1) {
    const byte = buffer[1 + i];
    if (byte === undefined) return INCOMPLETE;
    length += (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      const end = 2 + i + length;
      return end > buffer.length ? INCOMPLETE : end;
    }
  }
  throw new Error("a length of more than four bytes");
}
