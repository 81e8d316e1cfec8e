import fc from "fast-check";
import { generate, type Packet, parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { MqttVersion } from "../../../src/model/plan.ts";
import { MAX_ANSWER_BYTES } from "../../../src/wires/answer-limit.ts";
import type { ServerPacket } from "../../../src/wires/mqtt/lean/decode.ts";
import {
  DISCONNECT,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  PINGREQ,
} from "../../../src/wires/mqtt/lean/encode.ts";
import { PacketReader } from "../../../src/wires/mqtt/lean/packet-reader.ts";
import { PROTOCOL } from "../../../src/wires/mqtt/protocol.ts";
import { WireError } from "../../../src/model/ports.ts";
import { MalformedPacket } from "../../../src/wires/mqtt/violations.ts";
import { times } from "../../support/times.ts";

const versions = fc.constantFrom<MqttVersion>("3.1", "3.1.1", "5");
const ids = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom<0 | 1>(0, 1);
const topics = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  // Past the borders of a length of one, two and three bytes.
  fc.constantFrom(100, 127, 128, 16_300, 16_400, 70_000).map((length) => new Uint8Array(length).fill(7)),
);
const texts = fc.string({ unit: "grapheme", maxLength: 40 });

const levelOf = (version: MqttVersion) => PROTOCOL[version].protocolVersion;

/** What `mqtt-packet` makes of these bytes. */
function parsed(version: MqttVersion, bytes: Uint8Array): readonly Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: levelOf(version) });
  reader.on("packet", (packet: Packet) => packets.push(packet));
  reader.on("error", (error: Error) => {
    throw error;
  });
  reader.parse(Buffer.from(bytes));
  return packets;
}

type Shown =
  | ServerPacket
  | (Omit<Extract<ServerPacket, { kind: "publish" }>, "payload"> & { readonly payload: string });

/** The payload, a view of what will be overwritten, as text that is quick to compare. */
function shown(packet: ServerPacket): Shown {
  return packet.kind === "publish" ? { ...packet, payload: Buffer.from(packet.payload).toString("base64") } : packet;
}

/** What our reader makes of these bytes, cut at these places, read into one buffer as a socket does. */
function read(version: MqttVersion, bytes: Uint8Array, cuts: readonly number[] = []) {
  const reader = new PacketReader(version);
  const shared = Buffer.alloc(Math.max(1, bytes.length));
  const packets: Shown[] = [];
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  let malformed = false;
  try {
    for (const [index, from] of places.entries()) {
      const until = places[index + 1];
      if (until === undefined) break;
      shared.fill(0xee).set(bytes.subarray(from, until));
      reader.read(shared, until - from, (packet) => {
        packets.push(shown(packet));
        return true;
      });
    }
  } catch (error) {
    if (!(error instanceof MalformedPacket || error instanceof WireError)) throw error;
    malformed = true;
  }
  return { packets, malformed };
}

describe("what the lean codec writes", () => {
  it("is a CONNECT to the byte as mqtt-packet writes it, and reads", () => {
    const identities = fc.record({
      mqttVersion: versions,
      clientId: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      username: fc.option(texts, { nil: undefined }),
      password: fc.option(texts, { nil: undefined }),
    });
    fc.assert(
      fc.property(identities, fc.integer({ min: 0, max: 0xffff }), (identity, keepalive) => {
        fc.pre(identity.password === undefined || identity.username !== undefined);
        const { mqttVersion, clientId, username, password } = identity;
        const bytes = encodeConnect(identity, keepalive);
        const same = { clientId, clean: true, keepalive, ...PROTOCOL[mqttVersion] };
        const theirs = generate({
          cmd: "connect",
          ...same,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password: Buffer.from(password) }),
        });
        expect(bytes.equals(theirs)).toBe(true);
        expect(parsed(mqttVersion, bytes)).toMatchObject([{ cmd: "connect", ...same }]);
      }),
    );
  });

  it("is a SUBSCRIBE, a PUBLISH and a PUBACK to the byte as mqtt-packet writes them, and reads", () => {
    fc.assert(
      fc.property(versions, ids, topics, payloads, qos, (version, id, topic, payload, level) => {
        const options = { protocolVersion: levelOf(version) };
        const subscribe = encodeSubscribe(version, id, topic, level);
        const publish = encodePublish(version, id, topic, payload, level);
        const puback = encodePuback(id);
        const theirs = [
          generate({ cmd: "subscribe", messageId: id, subscriptions: [{ topic, qos: level }] }, options),
          generate(
            {
              cmd: "publish",
              messageId: id,
              topic,
              payload: Buffer.from(payload),
              qos: level,
              dup: false,
              retain: false,
            },
            options,
          ),
          generate({ cmd: "puback", messageId: id, reasonCode: 0 }, options),
        ];
        expect(Buffer.concat([subscribe, publish, puback]).equals(Buffer.concat(theirs))).toBe(true);
        const read = parsed(version, Buffer.concat([subscribe, publish, puback, PINGREQ, DISCONNECT]));
        const published = read.find((packet) => packet.cmd === "publish")?.payload;
        expect(Buffer.from(payload).equals(Buffer.from(published ?? ""))).toBe(true);
        expect(read).toMatchObject([
          { cmd: "subscribe", messageId: id },
          { cmd: "publish", topic, qos: level },
          { cmd: "puback", messageId: id },
          { cmd: "pingreq" },
          { cmd: "disconnect" },
        ]);
      }),
    );
  });

  it("is the same for a payload that is text", () => {
    fc.assert(
      fc.property(versions, ids, topics, texts, (version, id, topic, text) => {
        const bytes = encodePublish(version, id, topic, Buffer.from(text), 1);
        expect(encodePublish(version, id, topic, text, 1).equals(bytes)).toBe(true);
      }),
    );
  });
});

/** Properties of MQTT 5 that a server may send with anything. */
const properties = fc.record(
  {
    reasonString: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    serverReference: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    userProperties: fc.record({ a: fc.string({ minLength: 1, maxLength: 9 }) }),
  },
  { requiredKeys: [] },
);
const connackProperties = fc.record(
  {
    reasonString: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    serverReference: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    serverKeepAlive: fc.integer({ min: 1, max: 0xffff }),
    receiveMaximum: fc.integer({ min: 1, max: 0xffff }),
    maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
    maximumQoS: fc.constantFrom(0, 1),
    assignedClientIdentifier: fc.string({ minLength: 1, maxLength: 20 }),
    authenticationData: fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  },
  { requiredKeys: [] },
);

/** What people are shown of these properties. */
function saidBy(extra: { readonly reasonString?: string; readonly serverReference?: string }): string | undefined {
  const { reasonString, serverReference } = extra;
  const parts = [
    ...(reasonString === undefined ? [] : [` ("${reasonString}")`]),
    ...(serverReference === undefined ? [] : [`; use another server: ${serverReference}`]),
  ];
  return parts.length === 0 ? undefined : parts.join("");
}

/** A packet of a server, and what our reader must make of it. */
function serverPackets(version: MqttVersion): fc.Arbitrary<{ readonly packet: Packet; readonly ours: ServerPacket }> {
  const five = version === "5";
  const withFive = <T extends object>(value: T) => (five ? { properties: value } : {});
  return fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.boolean(), connackProperties)
      .map(([code, sessionPresent, extra]) => ({
        packet: { cmd: "connack", returnCode: code, reasonCode: code, sessionPresent, ...withFive(extra) } as Packet,
        ours: {
          kind: "connack",
          code,
          keepAliveSeconds: five ? extra.serverKeepAlive : undefined,
          said: five ? saidBy(extra) : undefined,
        } as const,
      })),
    fc.tuple(ids, fc.constantFrom(0, 1, 2, 0x80), properties).map(([id, granted, extra]) => ({
      packet: { cmd: "suback", messageId: id, granted: [granted], ...withFive(extra) } as Packet,
      ours: { kind: "suback", id } as const,
    })),
    fc.tuple(ids, fc.constantFrom(0, 0x10, 0x80, 0x83, 0x99), properties).map(([id, code, extra]) => ({
      packet: { cmd: "puback", messageId: id, reasonCode: code, ...withFive(extra) } as Packet,
      ours: { kind: "puback", id, reasonCode: five ? code : 0, said: five ? saidBy(extra) : undefined } as const,
    })),
    fc
      .tuple(ids, topics, payloads, fc.constantFrom<0 | 1 | 2>(0, 1, 2), fc.option(ids, { nil: undefined }))
      .map(([id, topic, payload, level, alias]) => ({
        packet: {
          cmd: "publish",
          messageId: id,
          topic,
          payload: Buffer.from(payload),
          qos: level,
          dup: false,
          retain: false,
          ...withFive(alias === undefined ? {} : { topicAlias: alias }),
        } as Packet,
        ours: {
          kind: "publish",
          topic,
          payload: Uint8Array.from(payload),
          qos: level,
          id: level === 0 ? 0 : id,
          aliased: five && alias !== undefined,
        } as const,
      })),
    fc.constant({ packet: { cmd: "pingresp" } satisfies Packet, ours: { kind: "pingresp" } as const }),
    fc.tuple(fc.constantFrom(0, 0x8b, 0x8e), properties).map(([code, extra]) => ({
      packet: { cmd: "disconnect", reasonCode: code, ...withFive(extra) } as Packet,
      ours: {
        kind: "disconnect",
        reasonCode: five ? code : undefined,
        said: five ? saidBy(extra) : undefined,
      } as const,
    })),
    fc.constantFrom("pubrec", "pubrel", "pubcomp").map((cmd) => ({
      packet: { cmd, messageId: 1, reasonCode: 0 } as Packet,
      ours: { kind: "unexpected" } as const,
    })),
  );
}

const conversations = versions.chain((version) =>
  fc.record({ version: fc.constant(version), sent: fc.array(serverPackets(version), { maxLength: 6 }) }),
);
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe("what the lean codec reads", () => {
  it("is what mqtt-packet wrote, however it is cut", () => {
    fc.assert(
      fc.property(conversations, cuts, ({ version, sent }, places) => {
        const options = { protocolVersion: levelOf(version) };
        const bytes = Buffer.concat(sent.map(({ packet }) => generate(packet, options)));
        const { packets, malformed } = read(version, bytes, places);
        expect(malformed).toBe(false);
        expect(packets).toEqual(sent.map(({ ours }) => shown(ours)));
      }),
    );
  });

  const disturbed = fc
    .tuple(conversations, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }))
    .map(([{ version, sent }, changes]) => {
      const bytes = Buffer.concat(sent.map(({ packet }) => generate(packet, { protocolVersion: levelOf(version) })));
      for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value;
      return { version, bytes };
    });
  const anything = fc.oneof(
    fc.record({ version: versions, bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) }),
    disturbed,
  );

  it("is the same for any bytes however they are cut: packets, and whether it ends with what is none", () => {
    fc.assert(
      fc.property(anything, cuts, ({ version, bytes }, places) => {
        expect(read(version, bytes, places)).toEqual(read(version, bytes));
      }),
      { numRuns: times(1_000) },
    );
  });

  it("is the same for a long packet that comes byte by byte", () => {
    const bytes = encodePublish("3.1.1", 1, "t", new Uint8Array(3_000).fill(1), 1);
    const everywhere = Array.from({ length: bytes.length }, (_, index) => index);
    expect(read("3.1.1", bytes, everywhere)).toEqual(read("3.1.1", bytes));
  });

  it("is nothing larger than a packet may be, and that is told by its header", () => {
    const header = (length: number) =>
      Buffer.from([
        0x30,
        (length & 0x7f) | 0x80,
        ((length >> 7) & 0x7f) | 0x80,
        ((length >> 14) & 0x7f) | 0x80,
        length >> 21,
      ]);
    expect(read("3.1.1", header(MAX_ANSWER_BYTES)).malformed).toBe(false);
    expect(read("3.1.1", header(MAX_ANSWER_BYTES + 1)).malformed).toBe(true);
    expect(read("3.1.1", Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])).malformed).toBe(true);
  });
});
