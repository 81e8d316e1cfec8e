import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from "mqtt-packet";

/** First bytes: the kind, and flags that the specification fixes or that a device rarely sets. */
const CONNECT = 0x10;
const PUBLISH = 0x30;
const PUBLISH_QOS1 = 0x32;
const SUBSCRIBE = 0x82;
const PINGREQ = 0xc0;
const DISCONNECT = 0xe0;

/** Behind the length of its name: "MQTT", level 4. */
const NAME_AND_LEVEL = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4]);
const CLEAN = 0x02;
const USERNAME = 0x80;
const PASSWORD = 0x40;

/**
 * Reads one whole packet as devices usually write it, in a fifth of the time that `mqtt-packet` takes. Undefined: it is another
 * one, or malformed, and `mqtt-packet` has to say which. A property test holds the two against each other.
 */
export function readUsualPacket(bytes: Buffer, version: number | undefined): Packet | undefined {
  const first = bytes[0] ?? 0;
  if (bytes.length === 2) {
    if (version === 5 || bytes[1] !== 0) return undefined;
    return first === PINGREQ ? { cmd: "pingreq" } : first === DISCONNECT ? { cmd: "disconnect" } : undefined;
  }
  const [short = 0, long = 0] = [bytes[1], bytes[2]];
  // Lengths of one byte, and of two without needless ones.
  const body = short < 0x80 ? 2 : long > 0 && long < 0x80 ? 3 : 0;
  if (body === 0) return undefined;
  if (first === CONNECT) return readConnect(bytes, body);
  if (version === undefined || version === 5) return undefined;
  if (first === PUBLISH || first === PUBLISH_QOS1) return readPublish(bytes, body, first === PUBLISH ? 0 : 1);
  return first === SUBSCRIBE ? readSubscribe(bytes, body) : undefined;
}

/** MQTT 3.1.1 without a will. */
function readConnect(bytes: Buffer, body: number): IConnectPacket | undefined {
  if (bytes.length < body + NAME_AND_LEVEL.length + 5) return undefined;
  for (let index = 0; index < NAME_AND_LEVEL.length; index += 1) {
    if (bytes[body + index] !== NAME_AND_LEVEL[index]) return undefined;
  }
  let at = body + NAME_AND_LEVEL.length;
  const flags = bytes[at] ?? 0;
  if ((flags & ~(CLEAN | USERNAME | PASSWORD)) !== 0) return undefined;
  const packet: IConnectPacket = {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: (flags & CLEAN) !== 0,
    keepalive: bytes.readUInt16BE(at + 1),
    clientId: "",
  };
  at += 3;
  let end = endOfText(bytes, at);
  if (end < 0) return undefined;
  packet.clientId = bytes.toString("utf8", at + 2, end);
  if ((flags & USERNAME) !== 0) {
    at = end;
    end = endOfText(bytes, at);
    if (end < 0) return undefined;
    packet.username = bytes.toString("utf8", at + 2, end);
  }
  if ((flags & PASSWORD) !== 0) {
    at = end;
    end = endOfText(bytes, at);
    if (end < 0) return undefined;
    packet.password = bytes.subarray(at + 2, end);
  }
  return end === bytes.length ? packet : undefined;
}

function readPublish(bytes: Buffer, body: number, qos: 0 | 1): IPublishPacket | undefined {
  const end = endOfText(bytes, body);
  if (end < 0) return undefined;
  const payload = end + 2 * qos;
  if (payload > bytes.length) return undefined;
  const packet: IPublishPacket = {
    cmd: "publish",
    qos,
    dup: false,
    retain: false,
    topic: bytes.toString("utf8", body + 2, end),
    payload: bytes.subarray(payload),
  };
  if (qos === 1) packet.messageId = bytes.readUInt16BE(end);
  return packet;
}

/** Of one topic. */
function readSubscribe(bytes: Buffer, body: number): ISubscribePacket | undefined {
  if (bytes.length < body + 5) return undefined;
  const end = endOfText(bytes, body + 2);
  const qos = bytes[end];
  if (end !== bytes.length - 1 || (qos !== 0 && qos !== 1 && qos !== 2)) return undefined;
  const topic = bytes.toString("utf8", body + 4, end);
  return { cmd: "subscribe", messageId: bytes.readUInt16BE(body), subscriptions: [{ topic, qos }] };
}

/** Of a text that begins at `at` with its length; -1: the packet ends before it. */
function endOfText(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return -1;
  const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return end > bytes.length ? -1 : end;
}
