import type { MqttVersion } from "../../../model/plan.ts";
import { PROTOCOL } from "../protocol.ts";
import { type Identity, LONGEST_TEXT } from "../identity.ts";

/** The packets that a device sends, as bytes. Clauses are those of MQTT 3.1.1 unless they say otherwise. */

/** 2.2.3: four bytes of seven bits each. */
const LONGEST_PACKET = 0xfff_ffff;

const CONNECT = 0x10;
const PUBLISH = 0x30;
const PUBACK = 0x40;
/** 3.8.1: its lower bits are fixed. */
const SUBSCRIBE = 0x82;

const USERNAME = 0x80;
const PASSWORD = 0x40;
const CLEAN_SESSION = 0x02;

export const PINGREQ = Buffer.from([0xc0, 0x00]);
/** Without a reason, the same two bytes in every version. */
export const DISCONNECT = Buffer.from([0xe0, 0x00]);

/** 3.1, always with a clean session; of an identity that has been checked. */
export function encodeConnect(identity: Identity, keepAliveSeconds: number): Buffer {
  const { mqttVersion, clientId, username, password } = identity;
  const { protocolId, protocolVersion } = PROTOCOL[mqttVersion];
  const clientIdBytes = byteLength(clientId);
  const usernameBytes = username === undefined ? -2 : byteLength(username);
  const passwordBytes = password === undefined ? -2 : byteLength(password);
  // Level, flags and keep-alive are 4 bytes; MQTT 5 has properties, here none.
  const properties = propertyBytes(mqttVersion);
  const length = 2 + protocolId.length + 4 + properties + 2 + clientIdBytes + 2 + usernameBytes + 2 + passwordBytes;
  const packet = begin(CONNECT, length);
  let at = writeText(packet, packet.length - length, protocolId, protocolId.length);
  packet[at++] = protocolVersion;
  packet[at++] = CLEAN_SESSION | (username === undefined ? 0 : USERNAME) | (password === undefined ? 0 : PASSWORD);
  at = writeNumber(packet, at, keepAliveSeconds);
  if (properties > 0) packet[at++] = 0;
  at = writeText(packet, at, clientId, clientIdBytes);
  if (username !== undefined) at = writeText(packet, at, username, usernameBytes);
  if (password !== undefined) writeText(packet, at, password, passwordBytes);
  return packet;
}

/** 3.8, of one topic. */
export function encodeSubscribe(version: MqttVersion, id: number, topic: string, qos: 0 | 1): Buffer {
  const topicBytes = byteLength(topic);
  const properties = propertyBytes(version);
  const length = 2 + properties + 2 + topicBytes + 1;
  const packet = begin(SUBSCRIBE, length);
  let at = writeNumber(packet, packet.length - length, id);
  if (properties > 0) packet[at++] = 0;
  at = writeText(packet, at, topic, topicBytes);
  packet[at] = qos;
  return packet;
}

/** 3.3; `id` is of use at QoS 1 alone. */
export function encodePublish(
  version: MqttVersion,
  id: number,
  topic: string,
  payload: string | Uint8Array,
  qos: 0 | 1,
): Buffer {
  const topicBytes = byteLength(topic);
  const payloadBytes = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const properties = propertyBytes(version);
  const length = 2 + topicBytes + 2 * qos + properties + payloadBytes;
  const packet = begin(PUBLISH | (qos << 1), length);
  let at = writeText(packet, packet.length - length, topic, topicBytes);
  if (qos === 1) at = writeNumber(packet, at, id);
  if (properties > 0) packet[at++] = 0;
  if (typeof payload === "string") packet.write(payload, at);
  else packet.set(payload, at);
  return packet;
}

/** 3.4; in MQTT 5 without a reason, which is success. */
export function encodePuback(id: number): Buffer {
  return Buffer.from([PUBACK, 2, id >> 8, id & 0xff]);
}

const propertyBytes = (version: MqttVersion): 0 | 1 => (version === "5" ? 1 : 0);

/** A packet with its fixed header (2.2), the rest for the caller to fill. */
function begin(firstByte: number, length: number): Buffer {
  if (length > LONGEST_PACKET) throw new RangeError(`a packet of ${length} bytes is too long for MQTT`);
  const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
  // Not of Node's pool, whose pieces stay until the old generation is collected: some megabytes, where logins are many.
  const packet = Buffer.allocUnsafeSlow(1 + lengthBytes + length);
  packet[0] = firstByte;
  let rest = length;
  for (let at = 1; at <= lengthBytes; at += 1) {
    packet[at] = at === lengthBytes ? rest : (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  return packet;
}

function byteLength(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST_TEXT) throw new RangeError(`text of ${bytes} bytes is too long for MQTT`);
  return bytes;
}

function writeText(into: Buffer, at: number, text: string, bytes: number): number {
  writeNumber(into, at, bytes);
  into.write(text, at + 2);
  return at + 2 + bytes;
}

function writeNumber(into: Buffer, at: number, value: number): number {
  into[at] = value >> 8;
  into[at + 1] = value & 0xff;
  return at + 2;
}
