import { wordsText } from "../server-words.ts";
import { MalformedPacket } from "../violations.ts";

/** What of the properties of an MQTT 5 packet a device heeds, and where they end. */
export interface Properties {
  readonly end: number;
  readonly serverKeepAlive: number | undefined;
  readonly aliased: boolean;
  /** Reason string and server reference, for people; undefined: none. */
  readonly said: string | undefined;
}

const SERVER_KEEP_ALIVE = 19;
const SERVER_REFERENCE = 28;
const REASON_STRING = 31;
const TOPIC_ALIAS = 35;

type Shape = 1 | 2 | 4 | "number" | "text" | "pair";

/** MQTT 5, 2.2.2.2: by identifier, how many bytes a property has, or how to tell. */
const SHAPES: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  ...[1, 23, 25, 36, 37, 40, 41, 42].map((id) => [id, 1] as const),
  ...[SERVER_KEEP_ALIVE, 33, 34, TOPIC_ALIAS].map((id) => [id, 2] as const),
  ...[2, 17, 24, 39].map((id) => [id, 4] as const),
  [11, "number"],
  ...[3, 8, 9, 18, 21, 22, 26, SERVER_REFERENCE, REASON_STRING].map((id) => [id, "text"] as const),
  [38, "pair"],
]);

const NONE = { serverKeepAlive: undefined, aliased: false, said: undefined } as const;

/** The properties that begin at `from`, in a packet that ends at `limit`. Throws MalformedPacket. */
export function readProperties(bytes: Buffer, from: number, limit: number): Properties {
  const start = endOfNumber(bytes, from, limit);
  const end = start + numberAt(bytes, from, start);
  if (end > limit) throw new MalformedPacket("properties longer than their packet");
  if (start === end) return { end, ...NONE };
  let serverKeepAlive: number | undefined;
  let aliased = false;
  let reasonString: string | undefined;
  let serverReference: string | undefined;
  for (let at = start; at < end;) {
    const id = bytes[at] ?? 0;
    const value = at + 1;
    at = endOfValue(bytes, id, value, end);
    if (at > end) throw new MalformedPacket("a property longer than its packet");
    if (id === SERVER_KEEP_ALIVE) serverKeepAlive = bytes.readUInt16BE(value);
    if (id === TOPIC_ALIAS) aliased = true;
    // The first that says something, as in the other client.
    if (id === REASON_STRING) reasonString ||= bytes.toString("utf8", value + 2, at);
    if (id === SERVER_REFERENCE) serverReference ||= bytes.toString("utf8", value + 2, at);
  }
  return { end, serverKeepAlive, aliased, said: wordsText({ reasonString, serverReference }) };
}

function endOfValue(bytes: Buffer, id: number, from: number, limit: number): number {
  const shape = SHAPES.get(id);
  switch (shape) {
    case undefined:
      throw new MalformedPacket(`property ${id}`);
    case "number":
      return endOfNumber(bytes, from, limit);
    case "text":
      return endOfText(bytes, from, limit);
    case "pair":
      return endOfText(bytes, endOfText(bytes, from, limit), limit);
    default:
      return from + shape;
  }
}

function endOfText(bytes: Buffer, from: number, limit: number): number {
  if (from + 2 > limit) throw new MalformedPacket("text without its length");
  return from + 2 + bytes.readUInt16BE(from);
}

/** MQTT 5, 1.5.5: up to four bytes, the last below 0x80. */
function endOfNumber(bytes: Buffer, from: number, limit: number): number {
  for (let at = from; at < limit && at < from + 4; at += 1) if ((bytes[at] ?? 0) < 0x80) return at + 1;
  throw new MalformedPacket("a number that does not end");
}

function numberAt(bytes: Buffer, from: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= from; at -= 1) value = (value << 7) | ((bytes[at] ?? 0) & 0x7f);
  return value;
}
