import { isDeepStrictEqual } from "node:util";
import { type AdminFixtures, adminOf, type Access, type Bench, type ConformanceCase, perVersion } from "../case.ts";
import type { Expected } from "../columns.ts";
import type { Conversation } from "../conversation.ts";
import { type ProtobufRequest, protobufRequest } from "../protobuf.ts";
import { ask, askAgain, keysOf, provision, requestText } from "../requests.ts";
import { attributesOf } from "./rest-answers.ts";

type Fields = Readonly<Record<string, unknown>>;

const FAILURE = "FAILURE";
const TOKEN = "SUCCESS ACCESS_TOKEN";
const LONGEST_NAME = 255;
const RIVALS = 4;

/** What is asked, made from a text that nothing else has; and the credentials that come back. */
const CREDENTIALS: readonly (readonly [
  id: string,
  title: string,
  row: string,
  fields: (own: string) => Fields,
  came: string,
  value?: (own: string) => unknown,
])[] = [
  ["server-token", "no credentials", "7 M2", () => ({}), TOKEN],
  ["token", "a token", "7 M4", (own) => ({ credentialsType: "ACCESS_TOKEN", token: own }), TOKEN, (own) => own],
  ["token-untyped", "a token without credentialsType", "2 create", (own) => ({ token: own }), TOKEN, (own) => own],
  [
    "certificate",
    "a certificate, which need not be one",
    "7 M5",
    (own) => ({ credentialsType: "X509_CERTIFICATE", hash: own }),
    "SUCCESS X509_CERTIFICATE",
    (own) => own,
  ],
  [
    "basic",
    "client id, user name and password",
    "7 M6",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: `c${own}`, username: `u${own}`, password: "p" }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: `c${own}`, userName: `u${own}`, password: "p" }),
  ],
  [
    "basic-username",
    "a user name alone",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", username: own }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: "", userName: own, password: "" }),
  ],
  [
    "basic-client-id",
    "a client id alone",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: own }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: own, userName: "", password: "" }),
  ],
  [
    "basic-number",
    "a password that is a number",
    "2 request",
    (own) => ({ credentialsType: "MQTT_BASIC", username: own, password: 12_345 }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: "", userName: own, password: "12345" }),
  ],
  ["basic-nothing", "MQTT_BASIC without a field", "2 create", () => ({ credentialsType: "MQTT_BASIC" }), TOKEN],
  ["basic-password", "a password alone", "2 create", () => ({ credentialsType: "MQTT_BASIC", password: "p" }), FAILURE],
  [
    "basic-client-password",
    "client id and password",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: own, password: "p" }),
    FAILURE,
  ],
  [
    "basic-token",
    "MQTT_BASIC with a token",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", token: own }),
    FAILURE,
  ],
  ["token-username", "a user name without credentialsType", "2 create", (own) => ({ username: own }), FAILURE],
  [
    "lwm2m",
    "LWM2M_CREDENTIALS with a token",
    "2 create",
    (own) => ({ credentialsType: "LWM2M_CREDENTIALS", token: own }),
    FAILURE,
  ],
  [
    "lwm2m-nothing",
    "LWM2M_CREDENTIALS without a field",
    "2 create",
    () => ({ credentialsType: "LWM2M_CREDENTIALS" }),
    TOKEN,
  ],
  ["markup-name", "a name with markup", "2 names", (own) => ({ deviceName: `<b>${own}</b>` }), FAILURE],
  [
    "nul-around-name",
    "a name with U+0000 around it, which is trimmed as all up to a space is",
    "2 deviceName is trimmed",
    (own) => ({ deviceName: `\u0000${own}\u0000` }),
    TOKEN,
  ],
  ["unknown-field", "a field that nobody knows", "2 request", () => ({ conformance: true }), TOKEN],
  [
    "longest-name",
    "a name of 255 characters",
    "2 names",
    (own) => ({ deviceName: own.padEnd(LONGEST_NAME, "x") }),
    TOKEN,
  ],
  [
    "long-name",
    "a name of 256 characters",
    "2 names",
    (own) => ({ deviceName: own.padEnd(LONGEST_NAME + 1, "x") }),
    FAILURE,
  ],
];

/** What provisioning decides, whatever brought the request: credentials, strategies, uniqueness; and the same over protobuf. */
export const STRATEGY_CASES: readonly ConformanceCase[] = [
  ...CREDENTIALS.flatMap(([id, title, row, fields, came, value]) =>
    decided(`create.${id}`, title, row, value === undefined ? came : `${came} as asked`, async (talk, bench) => {
      const own = bench.name();
      const { answer, text } = await ask(
        talk,
        requestText(bench.fixtures.profile, { deviceName: own, ...fields(own) }),
      );
      if (answer === undefined) return text;
      if (value === undefined || answer.status !== "SUCCESS") return shortOf(text);
      return `${shortOf(text)} ${isDeepStrictEqual(answer.credentialsValue, value(own)) ? "as asked" : "other than asked"}`;
    }),
  ),
  ...nameless("no-name", "no name: the server makes one", undefined),
  ...nameless("empty-name", "an empty name: the server makes one", ""),
  ...decided(
    "create.gateway",
    "a gateway",
    "7 M3",
    { "3.6": "no gateway", "3.8": "gateway" },
    async (talk, bench) => {
      const deviceName = bench.name();
      await ask(talk, requestText(bench.fixtures.profile, { deviceName, gateway: true }));
      const flag = await adminOf(bench).gatewayFlag(deviceName);
      return flag === undefined ? "no such device" : flag ? "gateway" : "no gateway";
    },
    ["admin"],
  ),
  ...decided("unique.name", "the same name again", "3 same name again", FAILURE, async (talk, bench) => {
    await provision(bench, { deviceName: bench.name() });
    return answered(talk, bench.fixtures.profile, { deviceName: bench.name() });
  }),
  ...decided(
    "unique.name-spaces",
    "the same name with spaces around it",
    "2 deviceName is trimmed",
    FAILURE,
    async (talk, bench) => {
      await provision(bench, { deviceName: bench.name() });
      return answered(talk, bench.fixtures.profile, { deviceName: `  ${bench.name()} ` });
    },
  ),
  ...decided("unique.token", "a token that another device has", "3 uniqueness", FAILURE, async (talk, bench) => {
    await provision(bench, { deviceName: bench.name("a"), token: bench.name("t") });
    return answered(talk, bench.fixtures.profile, { deviceName: bench.name("b"), token: bench.name("t") });
  }),
  ...decided("unique.username", "a user name that another device has", "3 uniqueness", FAILURE, async (talk, bench) => {
    const basic = { credentialsType: "MQTT_BASIC", username: bench.name("u") };
    await provision(bench, { deviceName: bench.name("a"), ...basic });
    return answered(talk, bench.fixtures.profile, { deviceName: bench.name("b"), ...basic });
  }),
  ...decided(
    "unique.username-token",
    "a user name that is another device's token",
    "3 uniqueness",
    FAILURE,
    async (talk, bench) => {
      await provision(bench, { deviceName: bench.name("a"), token: bench.name("t") });
      const basic = { credentialsType: "MQTT_BASIC", username: bench.name("t") };
      return answered(talk, bench.fixtures.profile, { deviceName: bench.name("b"), ...basic });
    },
  ),
  ...decided(
    "unique.joined",
    "a client id that is another device's client id and user name, joined",
    "3 uniqueness",
    FAILURE,
    async (talk, bench) => {
      const [clientId, username] = [bench.name("c"), bench.name("u")];
      await provision(bench, { deviceName: bench.name("a"), credentialsType: "MQTT_BASIC", clientId, username });
      const joined = { credentialsType: "MQTT_BASIC", clientId: `${clientId}|${username}` };
      return answered(talk, bench.fixtures.profile, { deviceName: bench.name("b"), ...joined });
    },
  ),
  ...decided(
    "unique.rollback",
    "a name whose first request failed for its token",
    "3 rolled back",
    TOKEN,
    async (talk, bench) => {
      await provision(bench, { deviceName: bench.name("a"), token: bench.name("t") });
      const failing = bench.open("3.1.1");
      await ask(failing, requestText(bench.fixtures.profile, { deviceName: bench.name("b"), token: bench.name("t") }));
      return answered(talk, bench.fixtures.profile, { deviceName: bench.name("b") });
    },
  ),
  ...decided(
    "unique.race",
    `one name, ${RIVALS} requests at once`,
    "3 races",
    `1 SUCCESS, ${RIVALS - 1} FAILURE`,
    async (_, bench) => {
      const request = requestText(bench.fixtures.profile, { deviceName: bench.name() });
      const asked = await Promise.all(Array.from({ length: RIVALS }, () => ask(bench.open("3.1.1"), request)));
      const count = (status: string): number => asked.filter(({ answer }) => answer?.status === status).length;
      return `${count("SUCCESS")} SUCCESS, ${count("FAILURE")} FAILURE`;
    },
  ),
  ...checked(
    "pre.first",
    "a device that was not provisioned yet",
    "7 M7, B1, K1",
    TOKEN,
    async (talk, bench, access) => {
      await adminOf(bench).preCreate(bench.name());
      return answered(talk, access, { deviceName: bench.name() });
    },
  ),
  ...checked("pre.qos-0", "the request at QoS 0, never subscribed", "7 B1", TOKEN, async (talk, bench, access) => {
    await adminOf(bench).preCreate(bench.name());
    return shortOf((await ask(talk, requestText(access, { deviceName: bench.name() }), { qos: 0 })).text);
  }),
  ...checked(
    "pre.other-wish",
    "other credentials than it has",
    "3 request credentials ignored",
    TOKEN,
    async (talk, bench, access) => {
      await adminOf(bench).preCreate(bench.name());
      const wish = { credentialsType: "MQTT_BASIC", username: bench.name("u"), password: "p" };
      return answered(talk, access, { deviceName: bench.name(), ...wish });
    },
  ),
  ...checked(
    "pre.again",
    "a device that is provisioned already",
    "3 same name again, K1",
    { "3.6": TOKEN, "4.2.1.1": FAILURE },
    async (talk, bench, access) => {
      await adminOf(bench).preCreate(bench.name());
      const first = await answered(bench.open("3.1.1"), access, { deviceName: bench.name() });
      return first === TOKEN ? answered(talk, access, { deviceName: bench.name() }) : `the first: ${first}`;
    },
  ),
  ...checked(
    "pre.reset",
    "a device whose provisionState was removed",
    "3 reset",
    TOKEN,
    async (talk, bench, access, admin) => {
      await admin.preCreate(bench.name());
      await answered(bench.open("3.1.1"), access, { deviceName: bench.name() });
      await admin.removeAttribute(bench.name(), "provisionState");
      return answered(talk, access, { deviceName: bench.name() });
    },
  ),
  ...checked(
    "pre.other-state",
    "a device of another provisionState",
    "3 provisionState other, K1",
    FAILURE,
    async (talk, bench, access, admin) => {
      await admin.preCreate(bench.name());
      await admin.rest("POST", await attributesOf(admin, bench.name()), { provisionState: "non-valid" });
      return answered(talk, access, { deviceName: bench.name() });
    },
  ),
  ...checked("pre.unknown", "a name that does not exist", "3 unknown name", FAILURE, (talk, bench, access) =>
    answered(talk, access, { deviceName: bench.name() }),
  ),
  ...checked("pre.no-name", "no name", "2 deviceName", FAILURE, (talk, _, access) => answered(talk, access, {})),
  ...checked(
    "pre.other-profile",
    "a device of another profile",
    "3 device in other profile",
    FAILURE,
    async (talk, bench, access) => {
      await provision(bench, { deviceName: bench.name() });
      return answered(talk, access, { deviceName: bench.name() });
    },
  ),
  ...checked(
    "pre.wrong-secret",
    "a wrong secret",
    "2 status decision order",
    "NOT_FOUND",
    async (talk, bench, access) => {
      await adminOf(bench).preCreate(bench.name());
      return answered(talk, access, { deviceName: bench.name(), provisionDeviceSecret: "wrong" });
    },
  ),
  ...inProtobuf("server-token", "no credentials", "P2", "SUCCESS in protobuf ACCESS_TOKEN", () => ({})),
  ...inProtobuf("token", "a token", "P4", "SUCCESS in protobuf ACCESS_TOKEN", (own) => ({
    credentials: { type: "ACCESS_TOKEN", token: own },
  })),
  ...inProtobuf("certificate", "a certificate", "P5", "SUCCESS in protobuf X509_CERTIFICATE", (own) => ({
    credentials: { type: "X509_CERTIFICATE", hash: own },
  })),
  ...inProtobuf("basic", "client id, user name and password", "P6", "SUCCESS in protobuf MQTT_BASIC", (own) => ({
    credentials: { type: "MQTT_BASIC", clientId: `c${own}`, username: `u${own}`, password: "p" },
  })),
  ...inProtobuf("disabled", "a profile without provisioning", "P1", "NOT_FOUND in protobuf", (_, { fixtures }) => ({
    ...keysOf(fixtures.admin?.disabled),
  })),
  ...inProtobuf("pre", "a pre-provisioned device", "P7", "SUCCESS in protobuf ACCESS_TOKEN", async (own, bench) => {
    await adminOf(bench).preCreate(own);
    return keysOf(adminOf(bench).preProvisioned);
  }),
  ...decided(
    "protobuf.gateway",
    "protobuf: a gateway",
    "7 P3",
    { "3.6": "no gateway", "3.8": "gateway" },
    async (talk, bench) => {
      const deviceName = bench.name();
      await ask(talk, protobufRequest({ deviceName, ...keysOf(bench.fixtures.profile), gateway: true }));
      const flag = await adminOf(bench).gatewayFlag(deviceName);
      return flag === undefined ? "no such device" : flag ? "gateway" : "no gateway";
    },
    ["admin"],
  ),
  ...decided(
    "protobuf.stays",
    "JSON after protobuf, on one connection",
    "1 provisionPayloadType",
    "NOT_FOUND in protobuf",
    async (talk, bench) => {
      await ask(
        talk,
        protobufRequest({ deviceName: bench.name(), ...keysOf(bench.fixtures.profile), key: "no-such-key" }),
      );
      return shortOf(
        (await askAgain(talk, requestText(bench.fixtures.profile, { provisionDeviceKey: "no-such-key" }))).text,
      );
    },
  ),
  ...inProtobuf("wrong-key", "an unknown key", "P8", "NOT_FOUND in protobuf", () => ({ key: "no-such-key" })),
];

function decided(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (talk: Conversation, bench: Bench) => Promise<string>,
  needs: ConformanceCase["needs"] = [],
): readonly ConformanceCase[] {
  return perVersion({ id, title, row, v3: expected, v5: expected, versions: ["3.1.1"], needs, observe });
}

/** In the suite's own profile only: in another nobody would find the device again. */
function nameless(id: string, title: string, deviceName: string | undefined): readonly ConformanceCase[] {
  return decided(
    `create.${id}`,
    title,
    "2 request",
    TOKEN,
    (talk, { fixtures }) => answered(talk, fixtures.profile, { deviceName }),
    ["admin"],
  );
}

function checked(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (talk: Conversation, bench: Bench, access: Access, admin: AdminFixtures) => Promise<string>,
): readonly ConformanceCase[] {
  return decided(
    id,
    `pre-provisioned: ${title}`,
    row,
    expected,
    (talk, bench) => observe(talk, bench, adminOf(bench).preProvisioned, adminOf(bench)),
    ["admin"],
  );
}

function inProtobuf(
  id: string,
  title: string,
  row: string,
  expected: string,
  change: (own: string, bench: Bench) => Partial<ProtobufRequest> | Promise<Partial<ProtobufRequest>>,
): readonly ConformanceCase[] {
  const needs: ConformanceCase["needs"] = id === "disabled" || id === "pre" ? ["admin"] : [];
  return decided(
    `protobuf.${id}`,
    `protobuf: ${title}`,
    `7 ${row}`,
    expected,
    async (talk, bench) => {
      const deviceName = bench.name();
      const request = { deviceName, ...keysOf(bench.fixtures.profile), ...(await change(deviceName, bench)) };
      return shortOf((await ask(talk, protobufRequest(request))).text);
    },
    needs,
  );
}

async function answered(talk: Conversation, access: Access, fields: Fields): Promise<string> {
  return shortOf((await ask(talk, requestText(access, fields))).text);
}

/** The acknowledgement before an answer has cases of its own. */
function shortOf(text: string): string {
  return text.replace(/^PUBACK, /, "");
}
