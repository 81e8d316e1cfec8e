import { isDeepStrictEqual } from "node:util";
import { type AdminFixtures, adminOf, type Access, type Bench, type ConformanceCase } from "../case.ts";
import type { Expected } from "../columns.ts";
import type { Conversation } from "../conversation.ts";
import { ask, provision, requestText } from "../requests.ts";
import { CREDENTIALS, FAILURE, type Fields, TOKEN } from "./credential-rows.ts";
import { decided, shortOf } from "./decided.ts";
import { attributesOf } from "./rest-answers.ts";

const RIVALS = 4;

/** What provisioning decides, whatever brought the request: credentials, strategies, uniqueness. */
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
];

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

async function answered(talk: Conversation, access: Access, fields: Fields): Promise<string> {
  return shortOf((await ask(talk, requestText(access, fields))).text);
}
