import type { ProtocolVersion } from "./mqtt-decoder.ts";

/** The packets that a server sends, as bytes. MQTT 5 packets carry no properties: ThingsBoard sends none. */

export function encodeConnack(version: ProtocolVersion, code: number, sessionPresent: boolean): Buffer {
  const flags = sessionPresent ? 1 : 0;
  return version === 5 ? Buffer.from([0x20, 3, flags, code, 0]) : Buffer.from([0x20, 2, flags, code]);
}

/** Reason code 0 is left out, as the specification allows and Netty does. */
export function encodePuback(version: ProtocolVersion, messageId: number, code: number): Buffer {
  const high = messageId >> 8;
  const low = messageId & 0xff;
  return version === 5 && code !== 0 ? Buffer.from([0x40, 4, high, low, code, 0]) : Buffer.from([0x40, 2, high, low]);
}

export function encodeSuback(version: ProtocolVersion, messageId: number, codes: readonly number[]): Buffer {
  const properties = version === 5 ? [0] : [];
  const body = [messageId >> 8, messageId & 0xff, ...properties, ...codes];
  return Buffer.from([0x90, ...remainingLength(body.length), ...body]);
}

/** Only MQTT 5 carries codes. */
export function encodeUnsuback(version: ProtocolVersion, messageId: number, codes: readonly number[]): Buffer {
  const body = [messageId >> 8, messageId & 0xff, ...(version === 5 ? [0, ...codes] : [])];
  return Buffer.from([0xb0, ...remainingLength(body.length), ...body]);
}

export function encodePublish(
  version: ProtocolVersion,
  publish: {
    readonly topic: string;
    readonly qos: 0 | 1;
    readonly messageId: number;
    readonly payload: string | Buffer;
  },
): Buffer {
  const { topic, qos, messageId, payload } = publish;
  const topicLength = Buffer.byteLength(topic);
  const payloadLength = Buffer.byteLength(payload);
  const length = 2 + topicLength + (qos === 0 ? 0 : 2) + (version === 5 ? 1 : 0) + payloadLength;
  const lengthBytes = remainingLength(length);
  const packet = Buffer.allocUnsafe(1 + lengthBytes.length + length);
  let at = packet.writeUInt8(0x30 | (qos << 1), 0);
  for (const byte of lengthBytes) at = packet.writeUInt8(byte, at);
  at = packet.writeUInt16BE(topicLength, at);
  at += packet.write(topic, at);
  if (qos !== 0) at = packet.writeUInt16BE(messageId, at);
  if (version === 5) at = packet.writeUInt8(0, at);
  if (typeof payload === "string") packet.write(payload, at);
  else payload.copy(packet, at);
  return packet;
}

export const PINGRESP: Buffer = Buffer.from([0xd0, 0]);

/** MQTT 5 only. Any code: ThingsBoard sends some that the specification does not allow here. */
export function encodeDisconnect(code: number): Buffer {
  return code === 0 ? Buffer.from([0xe0, 0]) : Buffer.from([0xe0, 2, code, 0]);
}

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest];
}
