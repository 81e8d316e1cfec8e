import fc from "fast-check";
import { generate, parser } from "mqtt-packet";
import type { Packet } from "mqtt-packet";
import { Type, Field } from "protobufjs";
import { describe, expect, it } from "vitest";
import { GsonSyntaxError, parseGson } from "../../../src/simulator/payload/gson.ts";
import { INCOMPLETE, TOO_LARGE, createMqttDecoder, packetEnd } from "../../../src/simulator/transports/mqtt-decoder.ts";
import {
  encodeConnack,
  encodeDisconnect,
  encodePuback,
  encodePublish,
  encodeSuback,
  encodeUnsuback,
} from "../../../src/simulator/transports/mqtt-encoder.ts";
import { readProtobuf, stringField, varintField } from "../../../src/simulator/payload/protobuf.ts";
import { BadRequest, readProvisionJson } from "../../../src/simulator/payload/provision-json.ts";
import { readProvisionProtobuf } from "../../../src/simulator/payload/provision-protobuf.ts";
import { readUsualPacket } from "../../../src/simulator/transports/usual-packets.ts";
import { anyText } from "../../support/any-text.ts";
import { times } from "../../support/times.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const version = fc.constantFrom(3 as const, 4 as const, 5 as const);

/** What a function threw, if it did. */
function attempt(run: () => unknown): { readonly error: unknown } {
  try {
    run();
    return { error: undefined };
  } catch (error) {
    return { error };
  }
}

describe("decoders on random bytes", () => {
  it("the packet reader finds an end behind its start, or none", () => {
    fc.assert(
      fc.property(bytes, (buffer) => {
        const end = packetEnd(buffer, 0, 65_536);
        expect(end === INCOMPLETE || end === TOO_LARGE || (end >= 2 && end <= buffer.length)).toBe(true);
      }),
    );
  });

  it("the MQTT decoder gives a packet or nothing, and goes on working", () => {
    const decoder = createMqttDecoder();
    const ping = Buffer.from([0xc0, 0]);
    const framed = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 120 }));
    fc.assert(
      fc.property(framed, version, ([type, body], protocol) => {
        const decoded = decoder.decode(Buffer.from([type, body.length, ...body]), protocol);
        expect(decoded === undefined || typeof decoded.cmd === "string").toBe(true);
        expect(decoder.decode(ping, protocol)?.cmd).toBe("pingreq");
      }),
      { numRuns: times(3_000) },
    );
  });

  it("Gson's reader gives a value or its own error", () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[{}[\]"':,;=a-z0-9\\/*# \n-]*$/));
    fc.assert(
      fc.property(text, (input) => {
        const result = attempt(() => parseGson(input));
        expect(result.error === undefined || result.error instanceof GsonSyntaxError).toBe(true);
      }),
      { numRuns: times(2_000) },
    );
  });

  it("the request readers give a request or say why not", () => {
    fc.assert(
      fc.property(bytes, (buffer) => {
        readProtobuf(buffer);
        const request = readProvisionProtobuf(buffer, true);
        expect(request === undefined || typeof request.key === "string").toBe(true);
        const result = attempt(() => readProvisionJson(buffer.toString(), true));
        expect(result.error === undefined || result.error instanceof BadRequest).toBe(true);
      }),
      { numRuns: times(2_000) },
    );
  });
});

describe("agreement with independent implementations", () => {
  it("Gson's reader agrees with the platform on strict JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(JSON.stringify(parseGson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("mqtt-packet reads what the encoder writes", () => {
    const read = (packet: Buffer, protocolVersion: 3 | 4 | 5): Packet | undefined => {
      let result: Packet | undefined;
      const reader = parser({ protocolVersion });
      reader.on("packet", (decoded) => {
        result = decoded;
      });
      reader.parse(packet);
      return result;
    };
    const id = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(
        version,
        id,
        fc.boolean(),
        fc.string({ minLength: 1 }),
        bytes,
        (protocol, messageId, flag, topic, payload) => {
          expect(read(encodeConnack(protocol, 0, flag), protocol)).toMatchObject({ sessionPresent: flag });
          expect(read(encodePuback(protocol, messageId, protocol === 5 ? 0x83 : 0), protocol)).toMatchObject({
            messageId,
          });
          expect(read(encodeSuback(protocol, messageId, [0, 1, 0x80]), protocol)).toMatchObject({
            granted: [0, 1, 0x80],
          });
          expect(read(encodeUnsuback(protocol, messageId, [0, 0x11]), protocol)).toMatchObject({ messageId });
          expect(read(encodeDisconnect(0x8e), 5)).toMatchObject({ reasonCode: 0x8e });
          const qos = flag ? 1 : 0;
          const published = read(encodePublish(protocol, { topic, qos, messageId, payload }), protocol);
          expect(published).toMatchObject({ cmd: "publish", topic, qos, payload, ...(flag ? { messageId } : {}) });
        },
      ),
    );
  });

  it("the decoder reads what mqtt-packet writes, alone and among others", () => {
    const decoder = createMqttDecoder();
    const topic = fc.string({ minLength: 1 }).filter((text) => !/[#+]/.test(text));
    fc.assert(
      fc.property(version, topic, bytes, fc.integer({ min: 1, max: 65_535 }), (protocol, name, payload, messageId) => {
        const packet = { cmd: "publish", topic: name, payload, qos: 1, messageId, dup: false, retain: false } as const;
        const written = generate(packet, { protocolVersion: protocol });
        const two = Buffer.concat([written, written]);
        const end = packetEnd(two, 0, 65_536);
        expect(end).toBe(written.length);
        expect(packetEnd(two.subarray(0, end - 1), 0, 65_536)).toBe(INCOMPLETE);
        expect(decoder.decode(two.subarray(end), protocol)).toMatchObject({ topic: name, payload, messageId });
      }),
    );
  });

  const text = fc.oneof(fc.string({ maxLength: 200 }), anyText({ maxLength: 40 }));
  const id = fc.integer({ min: 1, max: 65_535 });
  const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
  const packets: fc.Arbitrary<Packet> = fc.oneof(
    fc
      .record({
        cmd: fc.constant("connect" as const),
        protocolVersion: fc.constantFrom(3 as const, 4 as const, 5 as const),
        clientId: text.map((name) => `c${name}`),
        clean: fc.constant(true),
        keepalive: fc.nat(65_535),
        username: fc.option(
          text.map((name) => `u${name}`),
          { nil: undefined },
        ),
        password: fc.option(
          bytes.map((value) => Buffer.concat([Buffer.from("p"), value])),
          { nil: undefined },
        ),
      })
      .map(({ username, password, protocolVersion, ...packet }) => ({
        ...packet,
        ...(protocolVersion === 3
          ? { protocolId: "MQIsdp" as const, protocolVersion }
          : { protocolId: "MQTT" as const, protocolVersion }),
        ...(username !== undefined && { username, ...(password !== undefined && { password }) }),
      })),
    fc
      .record({
        cmd: fc.constant("publish" as const),
        topic: text.map((name) => `t${name}`),
        payload: bytes,
        qos,
        messageId: id,
        dup: fc.boolean(),
        retain: fc.boolean(),
      })
      .map((packet) => ({ ...packet, dup: packet.dup && packet.qos > 0 })),
    fc.record({
      cmd: fc.constant("subscribe" as const),
      messageId: id,
      subscriptions: fc.array(fc.record({ topic: text.map((name) => `t${name}`), qos }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    fc.constantFrom({ cmd: "pingreq" as const }, { cmd: "disconnect" as const } as Packet),
  );

  it("usual packets, whole, cut and spoilt, are read as mqtt-packet reads them", () => {
    /** What a session looks at. */
    const partsOf = (packet: Packet): unknown => {
      if (packet.cmd === "connect") {
        const { cmd, protocolId, protocolVersion, clean, keepalive, clientId, username, password } = packet;
        return { cmd, protocolId, protocolVersion, clean, keepalive, clientId, username, password };
      }
      if (packet.cmd === "publish") {
        const { cmd, topic, payload, qos: level, messageId, dup, retain } = packet;
        return { cmd, topic, payload, qos: level, messageId, dup, retain };
      }
      if (packet.cmd === "subscribe") {
        const { cmd, messageId, subscriptions } = packet;
        return { cmd, messageId, subscriptions };
      }
      return { cmd: packet.cmd };
    };
    const readByLibrary = (written: Buffer, protocol: 3 | 4 | 5 | undefined): Packet | undefined => {
      const found: { packet?: Packet; failed?: boolean } = {};
      const reader = parser(protocol === undefined ? {} : { protocolVersion: protocol });
      reader.on("packet", (packet) => void (found.packet = packet));
      reader.on("error", () => void (found.failed = true));
      reader.parse(written);
      return found.failed === true ? undefined : found.packet;
    };
    const spoil = fc.option(fc.tuple(fc.nat(1_000), fc.nat(255)), { nil: undefined });
    let read = 0;
    fc.assert(
      fc.property(
        packets,
        fc.constantFrom(undefined, 3 as const, 4 as const, 5 as const),
        spoil,
        (packet, protocol, spoilt) => {
          const written = generate(packet, { protocolVersion: protocol ?? 4 });
          if (spoilt !== undefined) written[spoilt[0] % written.length] = spoilt[1];
          // Only whole packets come to either.
          if (packetEnd(written, 0, 65_536) !== written.length) return;
          const quick = readUsualPacket(written, protocol);
          if (quick === undefined) return;
          read += 1;
          const slow = readByLibrary(written, quick.cmd === "connect" ? undefined : protocol);
          expect(slow && partsOf(slow)).toEqual(partsOf(quick));
        },
      ),
      { numRuns: times(5_000) },
    );
    // It would be of no use otherwise.
    expect(read).toBeGreaterThan(times(500));
  });

  it("groups in groups end at the depth that protobuf allows, not at that of the stack", () => {
    const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x5b), Buffer.alloc(depth, 0x5c)]);
    expect(readProtobuf(nested(100))).toEqual(new Map());
    expect(readProtobuf(nested(101))).toBeUndefined();
    expect(readProvisionProtobuf(nested(50_000), true)).toBeUndefined();
  });

  it("protobufjs reads what the writer writes, and the reader what protobufjs writes", () => {
    const type = new Type("M").add(new Field("n", 1, "uint32")).add(new Field("s", 3, "string"));
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.string({ unit: "grapheme" }), (n, s) => {
        const written = Buffer.concat([varintField(1, n), stringField(3, s)]);
        expect(type.toObject(type.decode(written), { defaults: true })).toEqual({ n, s });
        const fields = readProtobuf(type.encode({ n, s }).finish());
        expect(fields?.get(1)).toEqual([n]);
        expect(Buffer.from(fields?.get(3)?.[0] as Uint8Array).toString()).toBe(s);
      }),
    );
  });
});
