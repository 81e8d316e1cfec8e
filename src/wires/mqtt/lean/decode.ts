import type { MqttVersion } from "../../../model/plan.ts";
import { readProperties } from "./properties.ts";
import { MAX_ANSWER_BYTES, tooLong } from "../../answer-limit.ts";
import { MalformedPacket } from "../violations.ts";

/** What a server may send to a device; `said`: in its own words, in MQTT 5. Clauses are those of MQTT 3.1.1 unless they say otherwise. */
export type ServerPacket =
  /** `keepAliveSeconds`: the server's own wish, in MQTT 5; undefined: none. */
  | {
      readonly kind: "connack";
      readonly code: number;
      readonly keepAliveSeconds: number | undefined;
      readonly said: string | undefined;
    }
  | { readonly kind: "suback"; readonly id: number }
  | { readonly kind: "puback"; readonly id: number; readonly reasonCode: number; readonly said: string | undefined }
  | {
      readonly kind: "publish";
      readonly topic: string;
      /** A view of what was read: of use until the reader's next turn. */
      readonly payload: Uint8Array;
      readonly qos: 0 | 1 | 2;
      /** 0 at QoS 0. */
      readonly id: number;
      readonly aliased: boolean;
    }
  | { readonly kind: "pingresp" }
  /** Undefined up to MQTT 3.1.1, which has no reasons, and gives the packet to clients alone. */
  | { readonly kind: "disconnect"; readonly reasonCode: number | undefined; readonly said: string | undefined }
  /** Well-formed as far as it was looked at, and not for a client of ours. */
  | { readonly kind: "unexpected" };

/** By type (2.2.1), the flags that it must have (2.2.2); undefined: any. There is no type 0. */
const FLAGS = [-1, 0, 0, undefined, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0] as const;

/** MQTT 5, 3.9.3, 3.4.2.1 and 3.14.2.1: the codes that a server may give. */
const SUBACK_CODES = new Set([0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]);
const PUBACK_CODES = new Set([0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const DISCONNECT_CODES = new Set([
  0, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
  0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
]);

/**
 * Where the packet that begins at `from` ends; undefined: it is not whole yet. Throws MalformedPacket as soon as its header
 * is wrong, and WireError as soon as it says more than MAX_ANSWER_BYTES.
 */
export function packetEnd(bytes: Uint8Array, from: number, until: number): number | undefined {
  if (from >= until) return undefined;
  const length = lengthOf(bytes, from, until);
  // A length that nobody waits for is told first, as by the watch over the other client.
  if (length !== undefined && length.value > MAX_ANSWER_BYTES) throw tooLong(length.value);
  checkFirstByte(bytes[from] ?? 0);
  return length !== undefined && length.end <= until ? length.end : undefined;
}

/** The remaining length of 2.2.3, and where the packet ends by it; undefined: it is not there yet. */
function lengthOf(
  bytes: Uint8Array,
  from: number,
  until: number,
): { readonly value: number; readonly end: number } | undefined {
  let length = 0;
  for (let at = from + 1, shift = 0; at < until; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      return { value: length, end: at + 1 + length };
    }
    if (shift === 21) throw new MalformedPacket("a length of more than four bytes");
  }
  return undefined;
}

function checkFirstByte(byte: number): void {
  const flags = FLAGS[byte >> 4];
  if (flags !== undefined && flags !== (byte & 0x0f)) throw new MalformedPacket("flags of another packet");
  if (byte >> 4 === 3 && (byte & 0x06) === 0x06) throw new MalformedPacket("QoS 3");
}

/** The whole packet from `from` to `end`. Throws MalformedPacket. */
export function decodePacket(bytes: Buffer, from: number, end: number, version: MqttVersion): ServerPacket {
  const first = bytes[from] ?? 0;
  let at = from + 2;
  while ((bytes[at - 1] ?? 0) >= 0x80) at += 1;
  const five = version === "5";
  switch (first >> 4) {
    case 2:
      return decodeConnack(bytes, at, end, five);
    case 3:
      return decodePublish(bytes, at, end, five, first);
    case 4:
      return decodePuback(bytes, at, end, five);
    case 9:
      return decodeSuback(bytes, at, end, five);
    case 13:
      return { kind: "pingresp" };
    case 14:
      return decodeDisconnect(bytes, at, end, five);
    case 15:
      if (!five) throw new MalformedPacket("AUTH, which is of MQTT 5");
      return { kind: "unexpected" };
    default:
      return { kind: "unexpected" };
  }
}

/** 3.2; a server that speaks no MQTT 5 may refuse without properties. */
function decodeConnack(bytes: Buffer, from: number, end: number, five: boolean): ServerPacket {
  need(from + 2, end);
  if ((bytes[from] ?? 0) > 1) throw new MalformedPacket("flags of CONNACK");
  const code = bytes[from + 1] ?? 0;
  const properties = five && from + 2 < end ? readProperties(bytes, from + 2, end) : undefined;
  return { kind: "connack", code, keepAliveSeconds: properties?.serverKeepAlive, said: properties?.said };
}

/** 3.3. */
function decodePublish(bytes: Buffer, from: number, end: number, five: boolean, first: number): ServerPacket {
  need(from + 2, end);
  const topicEnd = from + 2 + bytes.readUInt16BE(from);
  const qos = ((first >> 1) & 0x03) as 0 | 1 | 2;
  let at = qos === 0 ? topicEnd : topicEnd + 2;
  need(at, end);
  const topic = bytes.toString("utf8", from + 2, topicEnd);
  const id = qos === 0 ? 0 : bytes.readUInt16BE(topicEnd);
  let aliased = false;
  if (five) {
    const properties = readProperties(bytes, at, end);
    aliased = properties.aliased;
    at = properties.end;
  }
  return { kind: "publish", topic, payload: bytes.subarray(at, end), qos, id, aliased };
}

/** 3.4; MQTT 5 leaves out a reason that is 0, and properties that are none. */
function decodePuback(bytes: Buffer, from: number, end: number, five: boolean): ServerPacket {
  need(from + 2, end);
  const id = bytes.readUInt16BE(from);
  if (!five || from + 2 >= end) return { kind: "puback", id, reasonCode: 0, said: undefined };
  const reasonCode = knownCode(bytes[from + 2] ?? 0, PUBACK_CODES);
  const said = from + 3 < end ? readProperties(bytes, from + 3, end).said : undefined;
  return { kind: "puback", id, reasonCode, said };
}

/** 3.9. What was granted is of no use: ThingsBoard answers whatever it said. */
function decodeSuback(bytes: Buffer, from: number, end: number, five: boolean): ServerPacket {
  need(from + 2, end);
  const id = bytes.readUInt16BE(from);
  const codes = five ? readProperties(bytes, from + 2, end).end : from + 2;
  for (let at = codes; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (five) knownCode(code, SUBACK_CODES);
    else if (code > 2 && code !== 0x80) throw new MalformedPacket(`QoS ${code}`);
  }
  return { kind: "suback", id };
}

/** MQTT 5, 3.14. */
function decodeDisconnect(bytes: Buffer, from: number, end: number, five: boolean): ServerPacket {
  if (!five) return { kind: "disconnect", reasonCode: undefined, said: undefined };
  if (from >= end) return { kind: "disconnect", reasonCode: 0, said: undefined };
  const reasonCode = knownCode(bytes[from] ?? 0, DISCONNECT_CODES);
  const said = from + 1 < end ? readProperties(bytes, from + 1, end).said : undefined;
  return { kind: "disconnect", reasonCode, said };
}

function knownCode(code: number, known: ReadonlySet<number>): number {
  if (!known.has(code)) throw new MalformedPacket(`reason code ${code}`);
  return code;
}

function need(at: number, end: number): void {
  if (at > end) throw new MalformedPacket("shorter than its fields");
}
