import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type AdminFixtures, adminOf, type Bench, type ConformanceCase, perVersion } from "../case.ts";
import type { Conversation } from "../conversation.ts";
import { ask, provision, requestText } from "../requests.ts";
import { fieldsOf, fieldText } from "../answer.ts";
import { attributesOf, credentialsOf, valueOf } from "./rest-answers.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Stored {
  readonly type: string;
  /** By which a login finds the device. */
  readonly id: string;
  readonly value: unknown;
}

/** What is asked, made from a text that nothing else has, and what the server must have of it afterwards. */
const attributesSchema = z.array(z.object({ value: z.unknown() }));

const STORED: readonly (readonly [
  id: string,
  title: string,
  row: string,
  fields: (own: string) => Fields,
  stored: (own: string) => Stored,
])[] = [
  [
    "token",
    "a token",
    "7 M4",
    (own) => ({ credentialsType: "ACCESS_TOKEN", token: own }),
    (own) => ({ type: "ACCESS_TOKEN", id: own, value: null }),
  ],
  [
    "certificate",
    "a certificate, by its SHA3-256",
    "7 M5",
    (own) => ({ credentialsType: "X509_CERTIFICATE", hash: own }),
    (own) => ({ type: "X509_CERTIFICATE", id: sha3(own), value: own }),
  ],
  [
    "certificate-lines",
    "a certificate of several lines, as one",
    "2 create",
    (own) => ({ credentialsType: "X509_CERTIFICATE", hash: pem(own) }),
    (own) => ({ type: "X509_CERTIFICATE", id: sha3(`${own}and`), value: `${own}and` }),
  ],
  [
    "basic",
    "client id, user name and password, by the SHA3-256 of the first two",
    "7 M6",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: `c${own}`, username: `u${own}`, password: "p" }),
    (own) => ({
      type: "MQTT_BASIC",
      id: sha3(`c${own}|u${own}`),
      value: { clientId: `c${own}`, userName: `u${own}`, password: "p" },
    }),
  ],
  [
    "basic-username",
    "a user name alone, by itself",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", username: own }),
    (own) => ({ type: "MQTT_BASIC", id: own, value: { clientId: "", userName: own, password: "" } }),
  ],
  [
    "basic-client-id",
    "a client id alone, by its SHA3-256",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: own }),
    (own) => ({ type: "MQTT_BASIC", id: sha3(own), value: { clientId: own, userName: "", password: "" } }),
  ],
];

/** What the server has when it has answered, as its administrator sees it. */
export const STORED_CASES: readonly ConformanceCase[] = [
  ...STORED.flatMap(([id, title, row, fields, stored]) =>
    seen(id, title, row, "as asked", async (bench, admin) => {
      const own = bench.name();
      await provision(bench, { deviceName: own, ...fields(own) });
      const kept = await storedFor(admin, own);
      return isDeepStrictEqual(kept, stored(own)) ? "as asked" : `other than asked, ${kept.type}`;
    }),
  ),
  ...seen("server-token", "the token that was answered", "7 M2, B2", "as answered", async (bench, admin) => {
    const { credentialsValue } = await provision(bench, { deviceName: bench.name() });
    return (await storedFor(admin, bench.name())).id === credentialsValue ? "as answered" : "other than answered";
  }),
  ...seen(
    "pre",
    "the token of a pre-provisioned device",
    "7 M7, B1",
    "as it was, as answered",
    async (bench, admin, talk) => {
      await admin.preCreate(bench.name());
      const { id } = await storedFor(admin, bench.name());
      const { answer } = await ask(talk, requestText(admin.preProvisioned, { deviceName: bench.name() }));
      const after = await storedFor(admin, bench.name());
      return `${after.id === id ? "as it was" : "another"}, ${answer?.credentialsValue === id ? "as answered" : "other than answered"}`;
    },
  ),
  ...seen("state", "provisionState of a new device", "3 state attribute", "provisioned", async (bench, admin) => {
    await provision(bench, { deviceName: bench.name() });
    return stateOf(admin, bench.name());
  }),
  ...seen(
    "pre-state",
    "provisionState of a pre-provisioned device, before and after",
    "3 state attribute, K1",
    "none, provisioned",
    async (bench, admin, talk) => {
      await admin.preCreate(bench.name());
      const before = await stateOf(admin, bench.name());
      await ask(talk, requestText(admin.preProvisioned, { deviceName: bench.name() }));
      return `${before}, ${await stateOf(admin, bench.name())}`;
    },
  ),
  ...seen("trimmed", "a name with spaces around it", "2 deviceName is trimmed", "trimmed", async (bench, admin) => {
    await provision(bench, { deviceName: `  ${bench.name()} ` });
    return (await admin.gatewayFlag(bench.name())) === undefined ? "no such device" : "trimmed";
  }),
  ...seen(
    "wrong-secret",
    "the name of a request with a wrong secret",
    "3 strategies",
    "no such device",
    async (bench, admin, talk) => {
      await ask(
        talk,
        requestText(bench.fixtures.profile, { deviceName: bench.name(), provisionDeviceSecret: "wrong" }),
      );
      return existing(admin, bench.name());
    },
  ),
  ...seen(
    "rollback",
    "the name of a request that failed for its token",
    "3 rolled back",
    "no such device",
    async (bench, admin, talk) => {
      await provision(bench, { deviceName: bench.name("a"), token: bench.name("t") });
      await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name("b"), token: bench.name("t") }));
      return existing(admin, bench.name("b"));
    },
  ),
];

function seen(
  id: string,
  title: string,
  row: string,
  expected: string,
  observe: (bench: Bench, admin: AdminFixtures, talk: Conversation) => Promise<string>,
): readonly ConformanceCase[] {
  return perVersion({
    id: `stored.${id}`,
    title: `stored: ${title}`,
    row,
    v3: expected,
    v5: expected,
    versions: ["3.1.1"],
    needs: ["admin"],
    observe: (talk, bench) => observe(bench, adminOf(bench), talk),
  });
}

async function storedFor(admin: AdminFixtures, name: string): Promise<Stored> {
  const { credentialsType, credentialsId, credentialsValue } = await credentialsOf(admin, name);
  const isJson = credentialsType === "MQTT_BASIC" && typeof credentialsValue === "string";
  return {
    type: fieldText(credentialsType),
    id: fieldText(credentialsId),
    value: isJson ? fieldsOf(credentialsValue) : credentialsValue,
  };
}

async function stateOf(admin: AdminFixtures, name: string): Promise<string> {
  const path = (await attributesOf(admin, name)).replace("SERVER_SCOPE", "values/attributes/SERVER_SCOPE");
  const [state] = valueOf(attributesSchema, await admin.rest("GET", `${path}?keys=provisionState`));
  return state === undefined ? "none" : fieldText(state.value);
}

async function existing(admin: AdminFixtures, name: string): Promise<string> {
  return (await admin.gatewayFlag(name)) === undefined ? "no such device" : "there";
}

function pem(text: string): string {
  return `-----BEGIN CERTIFICATE-----\n${text}\nand\n-----END CERTIFICATE-----\n`;
}

function sha3(text: string): string {
  return hash("sha3-256", text);
}
