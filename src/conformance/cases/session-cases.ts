import { RESPONSE_TOPIC } from "../../thingsboard/messages.ts";
import { type ConformanceCase, perVersion } from "../case.ts";
import { requestText } from "../requests.ts";

const NOTHING = "nothing, stays open";
const TELEMETRY_TOPIC = "v1/devices/me/telemetry";
/** One more byte than ThingsBoard lets a packet have behind its fixed header. */
const TOO_LARGE = 65_537;
/** For a server that shall say nothing: longer than any of its answers takes at rest. */
const SILENCE_MS = 800;
/** CONNECT of MQTT level 6, which does not exist: clientId "c". */
const CONNECT_LEVEL_6 = Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 60, 0, 1, 0x63]);

/** A CONNECT of MQTT 3.1.1, with the lowest bit of its flags set: clientId "c". */
const CONNECT_RESERVED = Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 3, 0, 60, 0, 1, 0x63]);

/** A CONNECT of MQTT 3.1, as user provision, without a client id. */
const CONNECT_NAMELESS = Buffer.concat([
  Buffer.from([0x10, 25, 0, 6]),
  Buffer.from("MQIsdp"),
  Buffer.from([3, 0x82, 0, 60, 0, 0, 0, 9]),
  Buffer.from("provision"),
]);

/** The provision session (contract, section 1): who gets in, and what it may say. */
export const SESSION_CASES: readonly ConformanceCase[] = [
  ...perVersion({
    id: "session.username",
    title: "CONNECT as user provision",
    row: "1 entering provision mode",
    v3: "CONNACK 0",
    v5: "CONNACK 0",
    observe: (talk) => talk.connect({ clientId: "any", username: "provision" }),
  }),
  ...perVersion({
    id: "session.client-id",
    title: "CONNECT as client provision",
    row: "1 entering provision mode",
    v3: "CONNACK 0",
    v5: "CONNACK 0",
    observe: (talk) => talk.connect({ clientId: "provision" }),
  }),
  ...perVersion({
    id: "session.password",
    title: "CONNECT as user provision, with a password",
    row: "1 entering provision mode",
    v3: "CONNACK 0",
    v5: "CONNACK 0",
    versions: ["3.1.1"],
    observe: (talk) => talk.connect({ clientId: "any", username: "provision", password: "ignored" }),
  }),
  ...perVersion({
    id: "session.no-client-id",
    title: "CONNECT without a client id",
    row: "1 versions",
    v3: "CONNACK 0",
    v5: "CONNACK 0",
    versions: ["3.1.1", "5"],
    observe: (talk) => talk.connect({ clientId: "", username: "provision" }),
  }),
  ...perVersion({
    id: "session.no-client-id",
    title: "CONNECT without a client id",
    row: "1 versions",
    v3: "close",
    v5: "close",
    versions: ["3.1"],
    observe(talk) {
      talk.client.sendBytes(CONNECT_NAMELESS);
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "session.reserved-flag",
    title: "CONNECT with its reserved flag set",
    row: "1 versions",
    v3: "close",
    v5: "close",
    versions: ["3.1.1"],
    observe(talk) {
      talk.client.sendBytes(CONNECT_RESERVED);
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "session.second-connect",
    title: "a second CONNECT on one connection",
    row: "1 second CONNECT",
    v3: "CONNACK 0",
    v5: "CONNACK 0",
    async observe(talk) {
      await talk.enter();
      return talk.connect({ clientId: "any", username: "provision" });
    },
  }),
  ...perVersion({
    id: "session.not-clean",
    title: "CONNECT with clean session off",
    row: "1 CONNACK",
    v3: "CONNACK 0 session present",
    v5: "CONNACK 0 session present",
    observe: (talk) => talk.connect({ clientId: "any", username: "provision", clean: false }),
  }),
  ...perVersion({
    id: "session.long-client-id",
    title: "CONNECT with a client id of 24 characters",
    row: "1 versions",
    v3: "close",
    v5: "close",
    versions: ["3.1"],
    observe: (talk) => talk.connect({ clientId: "c".repeat(24), username: "provision" }),
  }),
  ...perVersion({
    id: "session.unknown-level",
    title: "CONNECT of protocol level 6",
    row: "1 versions",
    v3: "close",
    v5: "close",
    versions: ["3.1.1"],
    observe(talk) {
      talk.client.sendBytes(CONNECT_LEVEL_6);
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "session.before-connect",
    title: "a packet before CONNECT",
    row: "1 allowed packets",
    v3: NOTHING,
    v5: NOTHING,
    versions: ["3.1.1"],
    observe(talk) {
      talk.client.send({ cmd: "pingreq" });
      return talk.within(SILENCE_MS);
    },
  }),
  ...perVersion({
    id: "session.subscribe",
    title: "SUBSCRIBE to the responses, QoS 1",
    row: "1 SUBSCRIBE, B3",
    v3: { "3.6": NOTHING, "3.9": "SUBACK 1, stays open" },
    v5: { "3.6": NOTHING, "3.9": "SUBACK 1, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.subscribe([RESPONSE_TOPIC, 1]);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.subscribe-qos-0",
    title: "SUBSCRIBE to the responses, QoS 0",
    row: "1 SUBSCRIBE",
    v3: { "3.6": NOTHING, "3.9": "SUBACK 0, stays open" },
    v5: { "3.6": NOTHING, "3.9": "SUBACK 0, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.subscribe([RESPONSE_TOPIC, 0]);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.subscribe-qos-2",
    title: "SUBSCRIBE to the responses, QoS 2",
    row: "1 SUBSCRIBE",
    v3: { "3.6": NOTHING, "3.9": "SUBACK 1, stays open" },
    v5: { "3.6": NOTHING, "3.9": "SUBACK 1, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.subscribe([RESPONSE_TOPIC, 2]);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.unsubscribe-others",
    title: "UNSUBSCRIBE from what was never subscribed",
    row: "1 UNSUBSCRIBE",
    v3: { "3.6": NOTHING, "3.9": "UNSUBACK, stays open" },
    v5: { "3.6": NOTHING, "3.9": "UNSUBACK 0x11, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.unsubscribe(RESPONSE_TOPIC);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.subscribe-others",
    title: "SUBSCRIBE to a device's attributes and to #",
    row: "1 SUBSCRIBE, B3",
    v3: { "3.6": NOTHING, "3.9": "SUBACK 0x80 0x80, stays open" },
    v5: { "3.6": NOTHING, "3.9": "SUBACK 0x8F 0x8F, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.subscribe(["v1/devices/me/attributes", 1], ["#", 1]);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.unsubscribe",
    title: "SUBSCRIBE, then UNSUBSCRIBE",
    row: "1 UNSUBSCRIBE",
    v3: { "3.6": NOTHING, "3.9": "SUBACK 1, UNSUBACK, stays open" },
    v5: { "3.6": NOTHING, "3.9": "SUBACK 1, UNSUBACK 0x00, stays open" },
    async observe(talk) {
      await talk.enter();
      talk.subscribe([RESPONSE_TOPIC, 1]);
      talk.unsubscribe(RESPONSE_TOPIC);
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.ping",
    title: "PINGREQ",
    row: "1 PINGREQ",
    v3: "PINGRESP",
    v5: "PINGRESP",
    async observe(talk) {
      await talk.enter();
      // Whatever `settled` finds, it finds it by a PINGRESP.
      return (await talk.settled()) === NOTHING ? "PINGRESP" : "no PINGRESP";
    },
  }),
  ...perVersion({
    id: "session.disconnect",
    title: "DISCONNECT",
    row: "1 DISCONNECT",
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x00, then close" },
    async observe(talk) {
      await talk.enter();
      talk.client.send({ cmd: "disconnect" });
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "session.other-topic",
    title: "PUBLISH to another topic, QoS 1",
    row: "1 PUBLISH any other topic, B5",
    v3: { "3.6": "close", "3.7": "PUBACK, then close" },
    v5: { "3.6": "close", "3.7": "PUBACK 0x90, DISCONNECT 0x90, then close" },
    async observe(talk) {
      await talk.enter();
      talk.publish("{}", { topic: TELEMETRY_TOPIC });
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.other-topic-qos-0",
    title: "PUBLISH to another topic, QoS 0",
    row: "1 PUBLISH any other topic",
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x90, then close" },
    async observe(talk) {
      await talk.enter();
      talk.publish("{}", { topic: TELEMETRY_TOPIC, qos: 0 });
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "session.too-large",
    title: "PUBLISH of more than 65536 bytes",
    row: "1 max packet",
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x81, then close" },
    async observe(talk) {
      await talk.enter();
      talk.publish(Buffer.alloc(TOO_LARGE, 0x20));
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "session.two-requests",
    title: "two requests at once on one connection",
    row: "1 request processing",
    v3: "2 acknowledged, 2 answered",
    v5: "2 acknowledged, 2 answered",
    async observe(talk, bench) {
      await talk.enter();
      for (const part of ["a", "b"]) {
        talk.publish(requestText(bench.fixtures.profile, { deviceName: bench.name(part) }));
      }
      const came = await talk.answers(2);
      const count = (word: string): number => came.filter(({ text }) => text === word).length;
      return `${count("PUBACK")} acknowledged, ${count("PUBLISH")} answered`;
    },
  }),
];
