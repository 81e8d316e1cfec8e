import { generate as generateCoap } from "coap-packet";
import { generate, type Packet } from "mqtt-packet";
import { WireError } from "../../src/model/ports.ts";
import { RollcallError } from "../../src/model/error.ts";
import { seq } from "../../src/model/units.ts";
import { parseJournalLine } from "../../src/record/journal-check.ts";
import { namesOfColumn, namesOfLines } from "../../src/scenario/names-file.ts";
import { readDocument } from "../../src/scenario/document.ts";
import { BadRequest } from "../../src/simulator/payload/provision-json.ts";
import { readProvisionRequest } from "../../src/simulator/payload/provision-payload.ts";
import { jsonPayload } from "../../src/thingsboard/payload.ts";
import { protobufPayload } from "../../src/thingsboard/protobuf-payload.ts";
import { MAX_ANSWER_BYTES } from "../../src/wires/answer-limit.ts";
import { readMessage } from "../../src/wires/coap/coap-message.ts";
import { PacketReader } from "../../src/wires/mqtt/lean/packet-reader.ts";
import { createPacketWatch } from "../../src/wires/mqtt/packet-limit.ts";
import { MalformedPacket } from "../../src/wires/mqtt/violations.ts";
import { packParcel, unpackParcel } from "../../src/workers/bus/parcel.ts";
import { createContentKey, seal, unseal } from "../../src/workers/bus/seal.ts";
import type { Dice } from "../dice.ts";
import { mutateBytes, mutateJson } from "../mutate.ts";
import { secretIn } from "../rules.ts";
import type { Target, Wrong } from "../target.ts";

/** Takes bytes of somebody else; `allowed`: what it may throw. */
interface Decoder {
  readonly name: string;
  readonly samples: readonly Buffer[];
  readonly mutate: (sample: Buffer, dice: Dice) => Buffer;
  readonly decode: (bytes: Buffer, dice: Dice) => void;
  readonly allowed: (error: unknown) => boolean;
}

const DEVICE = { seq: seq(1), name: "d-1", credentials: undefined, gateway: false, misbehaviour: undefined } as const;
const VERSIONS = ["3.1", "3.1.1", "5"] as const;

const PACKETS: readonly Packet[] = [
  { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false },
  { cmd: "suback", messageId: 1, granted: [1] },
  { cmd: "puback", messageId: 2, reasonCode: 0 },
  {
    cmd: "publish",
    topic: "/provision/response",
    payload: Buffer.from('{"status":"SUCCESS"}'),
    qos: 1,
    messageId: 9,
    dup: false,
    retain: false,
    properties: { userProperties: { a: "b" }, topicAlias: 1 },
  },
  { cmd: "pingresp" },
  { cmd: "disconnect", reasonCode: 0x8e, properties: { reasonString: "taken over", serverReference: "x" } },
];
const mqttSamples = [4, 5].flatMap((protocolVersion) => {
  const each = PACKETS.map((packet) => generate(packet, { protocolVersion }));
  return [...each, Buffer.concat(each)];
});

const ANSWERS = [
  '{"status":"SUCCESS","credentialsType":"ACCESS_TOKEN","credentialsValue":"tok"}',
  '{"status":"SUCCESS","credentialsType":"MQTT_BASIC","credentialsValue":{"clientId":"c","userName":"u","password":"p"}}',
  '{"status":"SUCCESS","credentialsType":"MQTT_BASIC","credentialsValue":"{\\"clientId\\":\\"c\\",\\"userName\\":\\"u\\"}"}',
  '{"status":"FAILURE","errorMsg":"Failed to provision device!"}',
  '{"credentialsType":"X509_CERTIFICATE","credentialsValue":"MII","status":"SUCCESS"}',
].map((text) => Buffer.from(text));

const coapSamples = [
  generateCoap({
    ack: true,
    code: "2.05",
    messageId: 7,
    token: Buffer.of(1, 2, 3, 4),
    options: [{ name: "Content-Format", value: Buffer.of(50) }],
    payload: ANSWERS[0] ?? Buffer.alloc(0),
  }),
  generateCoap({ confirmable: true, code: "4.01", messageId: 65_535, token: Buffer.alloc(8) }),
  generateCoap({ reset: true, code: "0.00", messageId: 7 }),
];

const REQUESTS = [
  '{"deviceName":"a","provisionDeviceKey":"k","provisionDeviceSecret":"s","credentialsType":"MQTT_BASIC","username":"u"}',
  "{deviceName:'a';provisionDeviceKey=>k,provisionDeviceSecret:1e999, gateway: TRUE,}",
].map((text) => Buffer.from(text));

const LINES = [
  '{"kind":"outcome","outcome":{"seq":0,"name":"a","phase":0,"intended":1,"started":2,"marks":{"connected":3,"answered":4},"ended":5,"result":{"state":"provisioned","credentialsType":"ACCESS_TOKEN"}}}',
  '{"kind":"roll-call","entry":{"seq":0,"name":"a","started":1,"marks":{},"ended":2,"verdict":{"state":"refused","code":5,"reason":"no"},"when":"after"}}',
  '{"kind":"claimed","through":9}',
  '{"kind":"footer","state":"complete","at":9,"entries":3}',
].map((text) => Buffer.from(text));

const SCENARIO = Buffer.from(
  "name: a\nprovisioning: { key: k, secret: ${S:-s} }\nfleet: &f { count: 3, names: [a, b] }\nload:\n  - constant: { rate: 5/s }\n    duration: 3s\n  - *f\n# end\n",
);

const KEY = createContentKey();
const PARCEL = Buffer.from(
  packParcel([
    { file: "journal-0.ndjson", at: 0, bytes: Buffer.from("{}\n"), whole: { bytes: 3, sha256: "ab".repeat(32) } },
  ]),
);
const json = (sample: Buffer, dice: Dice): Buffer => Buffer.from(mutateJson(sample.toString(), dice));
const unreadable = (error: unknown): boolean => error instanceof WireError && error.kind === "unreadable-answer";
const none = (): boolean => false;

const DECODERS: readonly Decoder[] = [
  {
    name: "lean MQTT",
    samples: mqttSamples,
    mutate: mutateBytes,
    decode: (bytes, dice) => {
      const reader = new PacketReader(dice.pick(VERSIONS));
      for (let at = 0; at < bytes.length;) {
        const part = Buffer.from(bytes.subarray(at, at + 1 + dice.roll(bytes.length)));
        reader.read(part, part.length, () => true);
        at += part.length;
      }
    },
    allowed: (error) => error instanceof MalformedPacket || error instanceof WireError,
  },
  {
    name: "packet watch",
    samples: mqttSamples,
    mutate: mutateBytes,
    decode: (bytes, dice) => {
      const watch = createPacketWatch(MAX_ANSWER_BYTES);
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + 1 + dice.roll(bytes.length));
        if (watch(part) !== undefined) return;
        at += part.length;
      }
    },
    allowed: none,
  },
  {
    name: "CoAP message",
    samples: coapSamples,
    mutate: mutateBytes,
    decode: (bytes) => void readMessage(bytes),
    allowed: none,
  },
  {
    name: "request of a device",
    samples: [...REQUESTS, Buffer.from([10, 1, 97, 26, 6, 10, 1, 107, 18, 1, 115])],
    mutate: (sample, dice) => (dice.chance(0.5) ? json(sample, dice) : mutateBytes(sample, dice)),
    decode: (bytes, dice) => void readProvisionRequest(bytes, dice.chance(0.5)),
    allowed: (error) => error instanceof BadRequest,
  },
  {
    name: "JSON answer",
    samples: ANSWERS,
    mutate: json,
    decode: (bytes) => void jsonPayload.reply(bytes, DEVICE),
    allowed: unreadable,
  },
  {
    name: "protobuf answer",
    samples: [Buffer.from([8, 1, 16, 0, 26, 3, 116, 111, 107]), Buffer.from([8, 2])],
    mutate: mutateBytes,
    decode: (bytes) => void protobufPayload.reply(bytes, DEVICE),
    allowed: unreadable,
  },
  {
    name: "journal line",
    samples: LINES,
    mutate: json,
    decode: (bytes) => void parseJournalLine(bytes.toString(), 1),
    allowed: none,
  },
  {
    name: "names",
    samples: [Buffer.from('name,type\na,"b ""c"""\r\nd,e\n'), Buffer.from("a\n# b\n\nc\n")],
    mutate: mutateBytes,
    decode: (bytes) => {
      namesOfLines(bytes.toString());
      namesOfColumn(bytes.toString(), "name");
    },
    allowed: none,
  },
  {
    name: "YAML",
    samples: [SCENARIO],
    mutate: mutateBytes,
    decode: (bytes) => void readDocument(bytes.toString()),
    allowed: (error) => error instanceof RollcallError,
  },
  {
    name: "parcel",
    samples: [PARCEL],
    mutate: mutateBytes,
    decode: (bytes) => {
      for (const { file } of unpackParcel(bytes))
        if (!/^(journal|roster)-\d+\.ndjson$/.test(file)) throw new Error(file);
    },
    // Whoever takes parcels takes them from a sealed channel, and catches all of it.
    allowed: (error) => error instanceof Error && !(error instanceof RangeError),
  },
  {
    name: "sealed",
    samples: [Buffer.from(seal(KEY, Buffer.from("plain"), "label"))],
    mutate: mutateBytes,
    decode: (bytes) => {
      const plain = unseal(KEY, bytes, "label");
      if (plain !== undefined && Buffer.from(plain).toString() !== "plain")
        throw new Error("opened what was not sealed");
    },
    allowed: none,
  },
];

/** Everything that takes bytes of others, without a socket between. */
export const decoders: Target = {
  name: "decoders",
  few: 1_500,
  open: () =>
    Promise.resolve({
      try: async (dice): Promise<Wrong> => {
        const decoder = dice.pick(DECODERS);
        const bytes = decoder.mutate(dice.pick(decoder.samples), dice);
        try {
          decoder.decode(bytes, dice);
        } catch (error) {
          if (!decoder.allowed(error)) {
            return `${decoder.name} of ${bytes.toString("base64")}: ${error instanceof Error ? error.stack : String(error)}`;
          }
          return secretIn(String(error));
        }
        return undefined;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};
