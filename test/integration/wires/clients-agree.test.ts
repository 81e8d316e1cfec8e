import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { MqttVersion } from "../../../src/model/plan.ts";
import { usFromMs } from "../../../src/model/units.ts";
import { PROTOCOL } from "../../../src/wires/mqtt/protocol.ts";
import type { MqttSession, OpenSession, SessionEnd } from "../../../src/wires/mqtt/session.ts";
import { CLIENTS } from "../../contract/mqtt-harness.ts";
import { startMqttServer } from "../../contract/mqtt-server.ts";

/*
 * Both clients against the same server: the same bytes, cut at random, must give the same events with the same words, and
 * the same bytes back. Left out is what the `mqtt` package reads differently by where a packet is cut, as it looks past
 * the end of a packet that is too short: a PUBACK or CONNACK without its fields.
 */

interface Script {
  readonly version: MqttVersion;
  /** In answer to the CONNECT, and to the request. */
  readonly greeting: readonly Uint8Array[];
  readonly answer: readonly Uint8Array[];
  readonly cuts: readonly number[];
  /** The device leaves with the first message. */
  readonly leaves: boolean;
}

/** Ids that both clients give: SUBSCRIBE first. */
const SUBSCRIBED = 1;
const PUBLISHED = 2;

/** Writes `bytes` in pieces, each in a turn of its own. */
async function writeCut(write: (bytes: Uint8Array) => void, bytes: Uint8Array, cuts: readonly number[]): Promise<void> {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  for (const [index, from] of places.entries()) {
    write(bytes.subarray(from, places[index + 1] ?? from));
    await setImmediate();
  }
}

async function play(openSession: OpenSession, script: Script): Promise<{ seen: readonly string[]; sent: string }> {
  const { version, greeting, answer, cuts, leaves } = script;
  const received: Buffer[] = [];
  let writing = Promise.resolve();
  await using server = await startMqttServer(
    version,
    (packet, { socket }) => {
      const bytes = packet.cmd === "connect" ? greeting : packet.cmd === "publish" ? answer : undefined;
      if (bytes === undefined) return;
      const write = (part: Uint8Array): void => void (socket.writable && socket.write(part));
      writing = writing
        .then(() => writeCut(write, Buffer.concat(bytes), cuts))
        .then(() => void (packet.cmd === "publish" && socket.end()));
    },
    undefined,
    (bytes) => received.push(bytes),
  );
  const seen: string[] = [];
  const over = Promise.withResolvers<void>();
  const far = usFromMs(20_000);
  const session: MqttSession = openSession(
    {
      endpoint: { host: "127.0.0.1", port: server.port, tls: undefined },
      mqttVersion: version,
      clientId: "c",
      username: "u",
      password: "p",
      keepAliveSeconds: 0,
      connectTimeout: far,
      acceptTimeout: far,
    },
    {
      connected: () => seen.push("connected"),
      accepted: () => {
        seen.push("accepted");
        session.subscribe("s", 1);
        session.publish("r", "request", 1);
      },
      subscribed: () => seen.push("subscribed"),
      acknowledged: (code, said) => seen.push(`acknowledged ${code}${said ?? ""}`),
      message: (topic, payload) => {
        seen.push(`message ${topic} ${Buffer.from(payload).toString("hex")}`);
        if (!leaves) return;
        session.disconnect();
        over.resolve();
      },
      ended: (end) => {
        seen.push(endText(end));
        over.resolve();
      },
    },
  );
  await over.promise;
  await server.idle();
  await writing;
  return { seen, sent: Buffer.concat(received).toString("hex") };
}

/** A message with a topic alias, which is well-formed and was not offered. */
const ALIASED = Buffer.from([0x30, 0x08, 0x00, 0x01, 0x61, 0x03, 0x23, 0x00, 0x01, 0x62]);

/** At such a message the package closes at once by itself, before the DISCONNECT of a device that leaves with it. */
function isClosedWhenItLeaves({ leaves, answer }: Script): boolean {
  return leaves && answer.find((packet) => (packet[0] ?? 0) >> 4 === 3) === ALIASED;
}

/** The package still answers what came together with the message at which the device left; nobody waits for that. */
function isBusyWhenItLeaves({ leaves, answer }: Script): boolean {
  const message = answer.findIndex((packet) => (packet[0] ?? 0) >> 4 === 3);
  return leaves && message >= 0 && answer.slice(message + 1).some(({ length }) => length > 0);
}

function endText(end: SessionEnd): string {
  switch (end.kind) {
    case "refused":
      return `refused ${end.code}${end.said ?? ""}`;
    case "closed":
      return `closed ${end.reasonCode}${end.said ?? ""}`;
    case "failed":
      return `failed ${end.error.kind}: ${end.error.detail}`;
  }
}

/** Written in MQTT 5 alone. */
const inWords = (properties: { readonly reasonString?: string; readonly serverReference?: string }) => ({ properties });

const wellFormed = (version: MqttVersion): fc.Arbitrary<Packet> =>
  fc.oneof(
    fc.constantFrom<Packet>(
      { cmd: "suback", messageId: SUBSCRIBED, granted: [1] },
      { cmd: "suback", messageId: SUBSCRIBED, granted: [0x80] },
      { cmd: "suback", messageId: 9, granted: [1] },
      { cmd: "suback", messageId: PUBLISHED, granted: [1] },
      { cmd: "puback", messageId: PUBLISHED, reasonCode: 0 },
      { cmd: "puback", messageId: PUBLISHED, reasonCode: 0x83 },
      { cmd: "puback", messageId: 9, reasonCode: 0 },
      { cmd: "puback", messageId: SUBSCRIBED, reasonCode: 0 },
      { cmd: "pingresp" },
      { cmd: "pingreq" },
      { cmd: "disconnect", reasonCode: 0x8e },
      { cmd: "disconnect", reasonCode: 0x9c, ...inWords({ reasonString: "full", serverReference: "other:1883" }) },
      { cmd: "puback", messageId: PUBLISHED, reasonCode: 0x97, ...inWords({ reasonString: "x".repeat(900) }) },
      { cmd: "suback", messageId: SUBSCRIBED, granted: [0x87], ...inWords({ reasonString: "no" }) },
      { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false },
      { cmd: "pubrec", messageId: PUBLISHED, reasonCode: 0 },
      { cmd: "unsuback", messageId: 1, granted: [0] },
      { cmd: "connect", ...PROTOCOL[version], clientId: "x", clean: true, keepalive: 0 },
    ),
    fc
      .tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.uint8Array({ maxLength: 200 }), fc.constantFrom<0 | 1>(0, 1))
      .map(([topic, payload, qos]): Packet => ({
        cmd: "publish",
        topic,
        payload: Buffer.from(payload),
        qos,
        messageId: 7,
        dup: false,
        retain: false,
      })),
  );

/** Each wrong in a way of its own. */
const MALFORMED: readonly Uint8Array[] = [
  Buffer.from([0x00, 0x02, 0x21, 0x21]),
  Buffer.from([0x21, 0x02, 0x00, 0x00]),
  Buffer.from([0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01]),
  Buffer.from([0x30, 0x03, 0x00, 0x05, 0x61]),
  Buffer.from([0x20, 0x02, 0x02, 0x00]),
  Buffer.from([0x90, 0xff, 0xff, 0xff, 0xff, 0x01]),
  Buffer.from([0x41, 0x02, 0x00, 0x02]),
];
/** Property 99 does not exist; reason 0x01 is none of PUBACK, nor 0x03 of SUBACK; 0x86 none of DISCONNECT. */
const MALFORMED_5: readonly Uint8Array[] = [
  Buffer.from([0x30, 0x06, 0x00, 0x01, 0x61, 0x02, 0x63, 0x00]),
  Buffer.from([0x40, 0x04, 0x00, 0x02, 0x01, 0x00]),
  Buffer.from([0x90, 0x04, 0x00, 0x01, 0x00, 0x03]),
  Buffer.from([0xe0, 0x02, 0x86, 0x00]),
  // A reason string twice, first of two texts, then of none and one; and one that is not UTF-8.
  Buffer.from([0xe0, 0x0a, 0x8e, 0x08, 0x1f, 0x00, 0x01, 0x61, 0x1f, 0x00, 0x01, 0x62]),
  Buffer.from([0xe0, 0x09, 0x8e, 0x07, 0x1f, 0x00, 0x00, 0x1f, 0x00, 0x01, 0x62]),
  Buffer.from([0xe0, 0x07, 0x8e, 0x05, 0x1f, 0x00, 0x02, 0xff, 0x80]),
  ALIASED,
];

function scripts(version: MqttVersion): fc.Arbitrary<Script> {
  const malformed = fc.constantFrom(...MALFORMED, ...(version === "5" ? MALFORMED_5 : []));
  const bytesOf = (packet: Packet): Uint8Array =>
    generate(packet, { protocolVersion: PROTOCOL[version].protocolVersion });
  const packets = wellFormed(version).map(bytesOf);
  const some = fc.array(fc.oneof({ weight: 9, arbitrary: packets }, { weight: 1, arbitrary: malformed }), {
    maxLength: 5,
  });
  const connack = fc.constantFrom(0, 0, 0, 0, 5, 0x86).map((code) =>
    bytesOf({
      cmd: "connack",
      returnCode: code,
      reasonCode: code,
      sessionPresent: false,
      ...(version === "5" && code === 0x86 ? inWords({ reasonString: "who are you?" }) : {}),
    }),
  );
  // The last packet of an answer may be cut off.
  const answer = fc
    .tuple(some, fc.option(packets, { nil: undefined }), fc.nat())
    .map(([whole, last, length]) => [
      ...whole,
      ...(last === undefined ? [] : [last.subarray(0, length % last.length)]),
    ]);
  return fc.record({
    version: fc.constant(version),
    greeting: fc
      .tuple(fc.array(malformed, { maxLength: 1, minLength: 0 }), connack, fc.boolean())
      .map(([before, accepted, disturbed]) => (disturbed && before.length > 0 ? [...before, accepted] : [accepted])),
    answer,
    cuts: fc.array(fc.nat(), { maxLength: 6 }),
    leaves: fc.boolean(),
  });
}

describe("the lean client and that of the mqtt package", () => {
  it.each(["3.1", "3.1.1", "5"] as const)(
    "see and send the same, whatever a server says in MQTT %s",
    async (version) => {
      await fc.assert(
        fc.asyncProperty(scripts(version), async (script) => {
          const [lean, package_] = [await play(CLIENTS.lean, script), await play(CLIENTS.mqtt, script)];
          expect(lean.seen).toEqual(package_.seen);
          expect(lean.sent).toBe(
            isBusyWhenItLeaves(script) || isClosedWhenItLeaves(script) ? lean.sent : package_.sent,
          );
        }),
        { numRuns: 150 },
      );
    },
  );
});
