import { adminOf, type Bench, type ConformanceCase, perVersion } from "../case.ts";
import { fieldText } from "../answer.ts";
import type { Expected } from "../columns.ts";
import type { Login } from "../conversation.ts";
import { ask, provision, requestText } from "../requests.ts";

const ADMITTED = "CONNACK 0";

type Make = (bench: Bench) => Promise<Login>;

const LOGINS: readonly (readonly [id: string, title: string, row: string, login: Make])[] = [
  ["token", "an access token", "4 login, A1", async (bench) => ({ clientId: "any", username: await tokenOf(bench) })],
  [
    "token-password",
    "an access token, and a password that nobody asked for",
    "4 login, A1",
    async (bench) => ({ clientId: "other", username: await tokenOf(bench), password: "ignored" }),
  ],
  ["basic", "client id, user name and password", "4 login, A1", basicOf],
  [
    "client-id-and-username",
    "client id and user name, where no password was asked for",
    "4 login, A1",
    async (bench) => {
      const login = { clientId: bench.shortName(), username: bench.name("u") };
      await provision(bench, { deviceName: bench.name(), credentialsType: "MQTT_BASIC", ...login });
      return login;
    },
  ],
  [
    "shadowed-token",
    "an access token that is another device's user name beside a client id",
    "4 login, A1",
    async (bench) => {
      const username = await tokenOf(bench);
      const other = { clientId: bench.shortName(), username, password: "p" };
      await provision(bench, { deviceName: bench.name("b"), credentialsType: "MQTT_BASIC", ...other });
      return { clientId: "other", username, password: "wrong" };
    },
  ],
  [
    "username",
    "user name and password, any client id",
    "4 login",
    async (bench) => {
      const { username, password } = await userOf(bench);
      return { clientId: "any", username, password };
    },
  ],
  ["client-id", "a client id alone", "4 login, A1", async (bench) => ({ clientId: await clientIdOf(bench) })],
];

const REFUSED: readonly (readonly [id: string, title: string, row: string, code: Refusal, login: Make])[] = [
  [
    "wrong-password",
    "a wrong password",
    "4 CONNACK, A2",
    "user",
    async (bench) => ({ ...(await basicOf(bench)), password: "wrong" }),
  ],
  [
    "no-password",
    "no password where there is one",
    "4 CONNACK",
    "user",
    async (bench) => {
      const { clientId, username } = await basicOf(bench);
      return { clientId, ...(username === undefined ? {} : { username }) };
    },
  ],
  [
    "other-client-id",
    "another client id",
    "4 CONNACK",
    "user",
    async (bench) => ({ ...(await basicOf(bench)), clientId: "other" }),
  ],
  [
    "client-id-and-user",
    "a client id that is enough alone, and a user name",
    "4 login",
    "user",
    async (bench) => ({ clientId: await clientIdOf(bench), username: "extra" }),
  ],
  [
    "token-as-client-id",
    "an access token as client id",
    "4 login",
    "client",
    async (bench) => ({ clientId: await tokenOf(bench) }),
  ],
  [
    "unknown-token",
    "an unknown token",
    "4 CONNACK, A3, A4, B6",
    "user",
    (bench) => Promise.resolve({ clientId: "any", username: bench.name() }),
  ],
  [
    "unknown-user",
    "an unknown user name and password",
    "4 CONNACK",
    "user",
    (bench) => Promise.resolve({ clientId: "any", username: bench.name(), password: "p" }),
  ],
  [
    "provision-other-case",
    "as user Provision, which is not provision",
    "1 entering provision mode",
    "user",
    () => Promise.resolve({ clientId: "any", username: "Provision" }),
  ],
  [
    "unknown-client-id",
    "an unknown client id alone",
    "4 CONNACK, A3, A4",
    "client",
    (bench) => Promise.resolve({ clientId: bench.name() }),
  ],
];

type Refusal = "user" | "client" | "nothing";
const CODES: Readonly<Record<Refusal, { readonly v3: number; readonly v5: string }>> = {
  user: { v3: 5, v5: "0x86" },
  client: { v3: 2, v5: "0x85" },
  nothing: { v3: 5, v5: "0x87" },
};

/** Logins with what was issued, and with what was not: the login table of the contract, section 4. */
export const LOGIN_CASES: readonly ConformanceCase[] = [
  ...LOGINS.flatMap(([id, title, row, make]) =>
    perVersion({
      id: `login.${id}`,
      title: `login: ${title}`,
      row,
      v3: ADMITTED,
      v5: ADMITTED,
      observe: async (talk, bench) => talk.connect(await make(bench)),
    }),
  ),
  ...REFUSED.flatMap(([id, title, row, refusal, make]) =>
    perVersion({
      id: `login.${id}`,
      title: `login: ${title}`,
      row,
      ...refusedWith(refusal),
      refusedLogin: true,
      observe: async (talk, bench) => talk.connect(await make(bench)),
    }),
  ),
  ...perVersion({
    id: "login.token-no-client-id",
    title: "login: an access token, no client id",
    row: "4 login, A1",
    v3: ADMITTED,
    v5: ADMITTED,
    versions: ["3.1.1", "5"],
    observe: async (talk, bench) => talk.connect({ clientId: "", username: await tokenOf(bench) }),
  }),
  ...perVersion({
    id: "login.nothing",
    title: "login: no client id, no user name",
    row: "4 CONNACK, A4",
    ...refusedWith("nothing"),
    versions: ["3.1.1", "5"],
    refusedLogin: true,
    observe: (talk) => talk.connect({ clientId: "" }),
  }),
  ...perVersion({
    id: "login.other-transport",
    title: "login: a device whose profile is for CoAP, though it was provisioned over MQTT",
    row: "4 profile transport check",
    needs: ["admin"],
    v3: "CONNACK 3, then close",
    v5: { "3.6": "CONNACK 0x88, then close", "3.7": "CONNACK 0x88, DISCONNECT 0x89, then close" },
    refusedLogin: true,
    async observe(talk, bench) {
      const device = bench.open("3.1.1");
      const { answer, text } = await ask(device, requestText(adminOf(bench).coapOnly, { deviceName: bench.name() }));
      if (answer?.status !== "SUCCESS") return `nobody to log in as: ${text}`;
      return talk.connect({ clientId: "any", username: fieldText(answer.credentialsValue) });
    },
  }),
  ...perVersion({
    id: "login.takeover",
    title: "login: a second one of the same device, as the first sees it",
    row: "4 sessions, B7",
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x8E, then close" },
    async observe(talk, bench) {
      const login = await basicOf(bench);
      const first = await talk.connect(login);
      if (first !== ADMITTED) return first;
      const second = await bench.open(talk.client.version).connect(login);
      return second === ADMITTED ? talk.untilClosed() : `the second: ${second}`;
    },
  }),
  ...perVersion({
    id: "login.takeover-second",
    title: "login: a second one of the same device, as the second sees it",
    row: "4 sessions, B7",
    v3: "nothing, stays open",
    v5: "nothing, stays open",
    async observe(talk, bench) {
      const login = await basicOf(bench);
      const first = bench.open(talk.client.version);
      await first.connect(login);
      const second = await talk.connect(login);
      if (second !== ADMITTED) return `the second: ${second}`;
      await first.untilClosed();
      return talk.settled();
    },
  }),
  ...perVersion({
    id: "login.same-client-id",
    title: "login: two devices under one client id, as the first sees it",
    row: "4 sessions",
    v3: "nothing, stays open",
    v5: "nothing, stays open",
    async observe(talk, bench) {
      const [one, other] = [
        await provision(bench, { deviceName: bench.name("a") }),
        await provision(bench, { deviceName: bench.name("b") }),
      ].map(({ credentialsValue }) => ({ clientId: "same", username: fieldText(credentialsValue) }));
      if (one === undefined || other === undefined) throw new Error("unreachable: two were made");
      const first = await talk.connect(one);
      if (first !== ADMITTED) return first;
      const second = await bench.open(talk.client.version).connect(other);
      return second === ADMITTED ? talk.settled() : `the second: ${second}`;
    },
  }),
  ...perVersion({
    id: "login.deleted",
    title: "login: the device is deleted, as its session sees it",
    row: "4 sessions, B8",
    needs: ["admin"],
    v3: "close",
    v5: { "3.6": "close", "3.7": "DISCONNECT 0x98, then close" },
    // Counted as a refused login of this address.
    refusedLogin: true,
    async observe(talk, bench) {
      const came = await talk.connect({ clientId: "any", username: await tokenOf(bench) });
      if (came !== ADMITTED) return came;
      await adminOf(bench).deleteDevice(bench.name());
      return talk.untilClosed();
    },
  }),
  ...perVersion({
    id: "login.telemetry",
    title: "telemetry of a device that logged in, QoS 1",
    row: "4 PUBACK of telemetry",
    v3: "PUBACK",
    v5: "PUBACK",
    async observe(talk, bench) {
      const login = await talk.connect({ clientId: "any", username: await tokenOf(bench) });
      if (login !== ADMITTED) return login;
      talk.publish('{"conformance":1}', { topic: "v1/devices/me/telemetry" });
      return talk.acknowledged();
    },
  }),
];

function refusedWith(refusal: Refusal): { readonly v3: Expected; readonly v5: Expected } {
  const { v3, v5 } = CODES[refusal];
  return {
    v3: `CONNACK ${v3}, then close`,
    v5: { "3.6": `CONNACK ${v5}, then close`, "3.7": `CONNACK ${v5}, DISCONNECT ${v5}, then close` },
  };
}

async function tokenOf(bench: Bench): Promise<string> {
  return fieldText((await provision(bench, { deviceName: bench.name() })).credentialsValue);
}

async function basicOf(bench: Bench): Promise<Login> {
  // MQTT 3.1 has room for 23 characters of client id.
  const login = { clientId: bench.shortName(), username: bench.name("u"), password: "p" };
  await provision(bench, { deviceName: bench.name(), credentialsType: "MQTT_BASIC", ...login });
  return login;
}

async function userOf(bench: Bench): Promise<{ readonly username: string; readonly password: string }> {
  const login = { username: bench.name("u"), password: "p" };
  await provision(bench, { deviceName: bench.name(), credentialsType: "MQTT_BASIC", ...login });
  return login;
}

async function clientIdOf(bench: Bench): Promise<string> {
  const clientId = bench.shortName();
  await provision(bench, { deviceName: bench.name(), credentialsType: "MQTT_BASIC", clientId });
  return clientId;
}
