import { type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { readUsualPacket } from "./usual-packets.ts";

export type ProtocolVersion = 3 | 4 | 5;

export const INCOMPLETE = -1;
export const TOO_LARGE = -2;

/**
 * Where the packet that starts at `start` ends; INCOMPLETE while its bytes are not all there; TOO_LARGE as soon as its
 * header says more than `limit` bytes, or says no length at all (Netty's decoder fails at once, without waiting for the rest).
 */
export function packetEnd(buffer: Buffer, start: number, limit: number): number {
  let length = 0;
  for (let i = 0; i < 4; i += 1) {
    const byte = buffer[start + 1 + i];
    if (byte === undefined) return INCOMPLETE;
    length += (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      if (length > limit) return TOO_LARGE;
      const end = start + 2 + i + length;
      return end > buffer.length ? INCOMPLETE : end;
    }
  }
  return TOO_LARGE;
}

export interface MqttDecoder {
  /** Decodes exactly one packet; undefined where it is malformed. `version`: of the connection, undefined before CONNECT. */
  decode(bytes: Buffer, version: ProtocolVersion | undefined): Packet | undefined;
}

const CONNECT = 1;

/** One for all connections: each call gets a whole packet, so nothing is carried from one to the next. */
export function createMqttDecoder(): MqttDecoder {
  const decodeConnect = createPacketReader(undefined);
  const decodeOld = createPacketReader(4);
  const decodeNew = createPacketReader(5);
  return {
    decode: (bytes, version) => {
      const isConnect = (bytes[0] ?? 0) >> 4 === CONNECT;
      const packet =
        readUsualPacket(bytes, version) ??
        (isConnect ? decodeConnect(bytes) : version === 5 ? decodeNew(bytes) : decodeOld(bytes));
      return packet !== undefined && isValid(packet) ? packet : undefined;
    },
  };
}

function createPacketReader(protocolVersion: ProtocolVersion | undefined): (bytes: Buffer) => Packet | undefined {
  let packet: Packet | undefined;
  let failed = false;
  const create = () => {
    const fresh = parser(protocolVersion === undefined ? {} : { protocolVersion });
    fresh.on("packet", (decoded) => {
      packet = decoded;
    });
    fresh.on("error", () => {
      failed = true;
    });
    return fresh;
  };
  let reader = create();
  return (bytes) => {
    packet = undefined;
    failed = false;
    try {
      reader.parse(bytes);
    } catch {
      // mqtt-packet reads past the end of some malformed packets.
      failed = true;
    }
    if (!failed && packet !== undefined) return packet;
    reader = create();
    return undefined;
  };
}

/** What Netty's decoder refuses and mqtt-packet lets pass. */
function isValid(packet: Packet): boolean {
  if (packet.cmd === "connect") return isValidConnect(packet);
  if (packet.cmd === "publish") return !/[#+]/.test(packet.topic) && packet.messageId !== 0;
  if (packet.cmd === "subscribe") return packet.messageId !== 0 && packet.subscriptions.length > 0;
  if (packet.cmd === "unsubscribe") return packet.messageId !== 0 && packet.unsubscriptions.length > 0;
  return true;
}

/** Name and level must belong together; MQTT 3.1 limits the clientId. */
function isValidConnect(packet: IConnectPacket): boolean {
  if ("bridgeMode" in packet) return false;
  const { protocolId, protocolVersion, clientId } = packet;
  if (protocolVersion !== 3) return protocolId === "MQTT";
  return protocolId === "MQIsdp" && clientId.length >= 1 && clientId.length <= 23;
}
