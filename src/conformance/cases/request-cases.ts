import { RESPONSE_TOPIC } from "../../thingsboard/messages.ts";
import { fieldsOf } from "../answer.ts";
import { adminOf, type ConformanceCase, perVersion } from "../case.ts";
import type { Expected } from "../columns.ts";
import { ask, askAgain, requestText } from "../requests.ts";

const CREATED = "PUBACK, SUCCESS ACCESS_TOKEN";
const NOT_FOUND = "PUBACK, NOT_FOUND";
const MATRIX = "1 bad request matrix";

type Fields = Readonly<Record<string, unknown>>;

/** What the adaptor cannot read at all. */
const UNREADABLE: readonly (readonly [id: string, title: string, payload: string | Fields])[] = [
  ["malformed", "malformed JSON", "{nope"],
  ["array", "a JSON array", "[]"],
  ["text", "a JSON string", '"x"'],
  ["number", "a JSON number", "1"],
  ["trailing", "an object and something behind it", "{} x"],
  ["name-array", "deviceName is an array of two", { deviceName: ["a", "b"] }],
  ["name-empty-array", "deviceName is an empty array", { deviceName: [] }],
];

/** What it can read, and does not like. */
const UNUSABLE: readonly (readonly [id: string, title: string, fields: Fields])[] = [
  ["no-key", "no provisionDeviceKey", { provisionDeviceKey: undefined }],
  ["no-secret", "no provisionDeviceSecret", { provisionDeviceSecret: undefined }],
  ["key-null", "provisionDeviceKey is null", { provisionDeviceKey: null }],
  ["name-null", "deviceName is null", { deviceName: null }],
  ["name-object", "deviceName is an object", { deviceName: {} }],
  ["unknown-type", "an unknown credentialsType", { credentialsType: "NOPE" }],
];

const UNCONFIGURED = { provisionDeviceKey: "no-such-key", provisionDeviceSecret: "nor", deviceName: undefined };
const ROWS: Readonly<Partial<Record<string, string>>> = { "wrong-key": "7 M8", unconfigured: "7 B4" };

const ANSWERED: readonly (readonly [id: string, title: string, fields: Fields, came: string])[] = [
  ["empty-key", "the key is empty", { provisionDeviceKey: "" }, NOT_FOUND],
  ["empty-secret", "the secret is empty", { provisionDeviceSecret: "" }, NOT_FOUND],
  ["wrong-key", "an unknown key", { provisionDeviceKey: "no-such-key" }, NOT_FOUND],
  ["unconfigured", "an unknown key and secret, no name", UNCONFIGURED, NOT_FOUND],
  ["wrong-secret", "a wrong secret", { provisionDeviceSecret: "wrong" }, NOT_FOUND],
  ["blank-name", "deviceName is blank", { deviceName: "   " }, "PUBACK, FAILURE"],
];

/** Requests and what is wrong with them: the bad-request matrix (contract, section 1), and ways of asking that are right. */
export const REQUEST_CASES: readonly ConformanceCase[] = [
  ...UNREADABLE.flatMap(([id, title, payload]) =>
    bad(id, title, payload, { v3: "close", v5: { "3.6": "close", "3.7": "PUBACK 0x99, stays open" } }),
  ),
  ...bad("malformed-qos-0", "malformed JSON, QoS 0", "{nope", {
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x99, then close" },
    qos: 0,
  }),
  ...UNUSABLE.flatMap(([id, title, fields]) =>
    bad(id, title, fields, {
      v3: { "3.6": "close", "3.7": "PUBACK, then close" },
      v5: { "3.6": "close", "3.7": "PUBACK 0x83, DISCONNECT 0x83, then close" },
    }),
  ),
  ...ANSWERED.flatMap(([id, title, fields, came]) =>
    perVersion({
      id: `request.${id}`,
      title,
      row: ROWS[id] ?? MATRIX,
      v3: came,
      v5: came,
      observe: async (talk, bench) =>
        (await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name(), ...fields }))).text,
    }),
  ),
  ...perVersion({
    id: "request.empty",
    title: "an empty payload",
    row: MATRIX,
    v3: `PUBACK, NOT_FOUND in protobuf`,
    v5: `PUBACK, NOT_FOUND in protobuf`,
    observe: async (talk) => (await ask(talk, "")).text,
  }),
  ...perVersion({
    id: "request.disabled",
    title: "a profile without provisioning",
    row: "7 M1",
    needs: ["admin"],
    v3: NOT_FOUND,
    v5: NOT_FOUND,
    observe: async (talk, bench) => {
      const disabled = adminOf(bench).disabled;
      return (await ask(talk, requestText(disabled, { deviceName: bench.name() }))).text;
    },
  }),
  ...created("create", "a new device, never subscribed", "7 M2, V1, B2", CREATED, {}),
  ...created("qos-0", "the request at QoS 0", "1 request processing", "SUCCESS ACCESS_TOKEN", { qos: 0 }),
  ...created("qos-2", "the request at QoS 2", "1 request processing", CREATED, { qos: 2 }),
  ...perVersion({
    id: "request.answer-qos",
    title: "QoS of the answer where QoS 0 was subscribed",
    row: "1 response QoS",
    v3: { "3.6": "QoS 1", "3.9": "QoS 0" },
    v5: { "3.6": "QoS 1", "3.9": "QoS 0" },
    async observe(talk, bench) {
      await talk.enter();
      talk.subscribe([RESPONSE_TOPIC, 0]);
      talk.publish(requestText(bench.fixtures.profile, { deviceName: bench.name() }));
      const answer = (await talk.answers()).at(-1);
      return answer?.publish === undefined ? "no answer" : `QoS ${answer.publish.qos}`;
    },
  }),
  ...perVersion({
    id: "request.envelope",
    title: "flags, packet ids and properties of two answers",
    row: "1 response QoS",
    v3: "QoS 1, id 1; QoS 1, id 2",
    v5: "QoS 1, id 1; QoS 1, id 2",
    async observe(talk, bench) {
      await talk.enter();
      const envelopes = [];
      for (const part of ["a", "b"]) {
        talk.publish(requestText(bench.fixtures.profile, { deviceName: bench.name(part) }));
        envelopes.push((await talk.answers()).at(-1)?.publish?.envelope ?? "no answer");
      }
      return envelopes.join("; ");
    },
  }),
  ...perVersion({
    id: "request.body",
    title: "the body of a success",
    row: "2 response",
    v3: "credentialsValue, credentialsType, status",
    v5: "",
    versions: ["3.1.1"],
    async observe(talk, bench) {
      const { answer, text } = await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name() }));
      return answer === undefined ? text : Object.keys(fieldsOf(answer.body)).join(", ");
    },
  }),
  ...perVersion({
    id: "request.lenient-json",
    title: "unquoted keys, single quotes and a comment",
    row: `${MATRIX}, Gson is lenient`,
    v3: CREATED,
    v5: CREATED,
    versions: ["3.1.1"],
    async observe(talk, bench) {
      const text = requestText(bench.fixtures.profile, { deviceName: bench.name() });
      const lenient = text
        .replace('"deviceName"', "/* name */ deviceName")
        .replace(`"${bench.name()}"`, `'${bench.name()}'`);
      return (await ask(talk, lenient)).text;
    },
  }),
  ...perVersion({
    id: "request.next",
    title: "a second request after the answer to the first",
    row: "1 request processing",
    v3: "PUBACK, FAILURE",
    v5: "PUBACK, FAILURE",
    versions: ["3.1.1"],
    async observe(talk, bench) {
      const request = requestText(bench.fixtures.profile, { deviceName: bench.name() });
      await ask(talk, request);
      return (await askAgain(talk, request)).text;
    },
  }),
  ...perVersion({
    id: "request.refusal-body",
    title: "the body of NOT_FOUND",
    row: "2 response",
    v3: '{"errorMsg":"Provision data was not found!","status":"NOT_FOUND"}',
    v5: "",
    versions: ["3.1.1"],
    async observe(talk, bench) {
      const text = requestText(bench.fixtures.profile, { deviceName: bench.name(), provisionDeviceKey: "no-such-key" });
      const { answer } = await ask(talk, text);
      return answer?.body ?? "no answer";
    },
  }),
];

function bad(
  id: string,
  title: string,
  payload: string | Fields,
  expected: { readonly v3: Expected; readonly v5: Expected; readonly qos?: 0 },
): readonly ConformanceCase[] {
  const { v3, v5, qos = 1 } = expected;
  return perVersion({
    id: `request.${id}`,
    title,
    row: MATRIX,
    v3,
    v5,
    async observe(talk, bench) {
      await talk.enter();
      const fields = typeof payload === "string" ? payload : { deviceName: bench.name(), ...payload };
      talk.publish(typeof fields === "string" ? fields : requestText(bench.fixtures.profile, fields), { qos });
      return talk.settled();
    },
  });
}

function created(
  id: string,
  title: string,
  row: string,
  came: string,
  options: { readonly qos?: 0 | 2 },
): readonly ConformanceCase[] {
  return perVersion({
    id: `request.${id}`,
    title,
    row,
    v3: came,
    v5: came,
    observe: async (talk, bench) =>
      (await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name() }), options)).text,
  });
}
