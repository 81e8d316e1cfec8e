import { us } from "../../model/units.ts";
import { createHttpExchange, type HttpAnswer, type HttpRequest } from "../../wires/http/http-exchange.ts";
import { answerText, readJsonAnswer } from "../answer.ts";
import { adminOf, type Bench, type ConformanceCase } from "../case.ts";
import type { Expected } from "../columns.ts";
import { requestText } from "../requests.ts";

const DEADLINES = { connect: us(10_000_000), answer: us(25_000_000) };

type Fields = Readonly<Record<string, unknown>>;

/** The HTTP device API (contract, section 5). */
export const HTTP_CASES: readonly ConformanceCase[] = [
  overHttp("create", "a new device", "7 H2", "200 SUCCESS ACCESS_TOKEN", (bench) =>
    post(bench, { deviceName: bench.name() }),
  ),
  overHttp(
    "pre",
    "a pre-provisioned device",
    "7 H1",
    "200 SUCCESS ACCESS_TOKEN",
    async (bench) => {
      await adminOf(bench).preCreate(bench.name());
      return send(bench, requestText(adminOf(bench).preProvisioned, { deviceName: bench.name() }));
    },
    ["http", "admin"],
  ),
  overHttp(
    "gateway",
    "a gateway",
    "7 H3",
    { "3.6": "no gateway", "3.8": "gateway" },
    async (bench) => {
      await post(bench, { deviceName: bench.name(), gateway: true });
      return (await adminOf(bench).gatewayFlag(bench.name())) === true ? "gateway" : "no gateway";
    },
    ["http", "admin"],
  ),
  overHttp(
    "disabled",
    "a profile without provisioning",
    "7 H4",
    "200 NOT_FOUND",
    (bench) => send(bench, requestText(adminOf(bench).disabled, { deviceName: bench.name() })),
    ["http", "admin"],
  ),
  overHttp("empty", "no body at all", "5 HTTP", "400", (bench) => send(bench, "")),
  overHttp("again", "the same name again", "5 HTTP", "200 FAILURE", async (bench) => {
    await post(bench, { deviceName: bench.name() });
    return post(bench, { deviceName: bench.name() });
  }),
  overHttp("wrong-key", "an unknown key", "5 HTTP", "200 NOT_FOUND", (bench) =>
    post(bench, { deviceName: bench.name(), provisionDeviceKey: "no-such-key" }),
  ),
  overHttp("no-secret", "no provisionDeviceSecret", "5 HTTP", "500", (bench) =>
    post(bench, { deviceName: bench.name(), provisionDeviceSecret: undefined }),
  ),
  overHttp("unknown-type", "an unknown credentialsType", "5 HTTP", "500", (bench) =>
    post(bench, { deviceName: bench.name(), credentialsType: "NOPE" }),
  ),
  overHttp("malformed", "malformed JSON", "5 HTTP", "500", (bench) => send(bench, "{nope")),
  overHttp("token", "attributes of an issued token", "5 HTTP", "200", async (bench) => {
    await post(bench, { deviceName: bench.name(), token: bench.name() });
    return status(bench, bench.name());
  }),
  overHttp("telemetry", "telemetry of an issued token", "5 HTTP", "200", async (bench) => {
    await post(bench, { deviceName: bench.name(), token: bench.name() });
    const path = `/api/v1/${bench.name()}/telemetry`;
    return String((await call(bench, { method: "POST", path, body: '{"conformance":1}' })).status);
  }),
  overHttp("basic-as-token", "attributes of a user name, which is no token", "5 HTTP", "401", async (bench) => {
    await post(bench, { deviceName: bench.name(), credentialsType: "MQTT_BASIC", username: bench.name("u") });
    return status(bench, bench.name("u"));
  }),
  overHttp("array", "a JSON array", "5 HTTP", "500", (bench) => send(bench, "[]")),
  overHttp("text-body", "a request as text/plain", "5 HTTP", "200 SUCCESS ACCESS_TOKEN", (bench) =>
    send(bench, requestText(bench.fixtures.profile, { deviceName: bench.name() }), "text/plain"),
  ),
  overHttp("unknown-token", "attributes of an unknown token", "5 HTTP", "401", (bench) => status(bench, bench.name())),
];

function overHttp(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (bench: Bench) => Promise<string>,
  needs: ConformanceCase["needs"] = ["http"],
): ConformanceCase {
  return { id: `http.${id}`, title: `HTTP: ${title}`, row, needs, refusedLogin: false, expected, observe };
}

export const post = (bench: Bench, fields: Fields): Promise<string> =>
  send(bench, requestText(bench.fixtures.profile, fields));

async function send(bench: Bench, body: string, contentType?: string): Promise<string> {
  const path = "/api/v1/provision";
  const answer = await call(bench, {
    method: "POST",
    path,
    body,
    ...(contentType === undefined ? {} : { contentType }),
  });
  return answer.status === 200 ? `200 ${answerText(readJsonAnswer(answer.body))}` : String(answer.status);
}

async function status(bench: Bench, token: string): Promise<string> {
  const path = `/api/v1/${encodeURIComponent(token)}/attributes`;
  return String((await call(bench, { method: "GET", path })).status);
}

/** On a connection of its own. */
async function call({ fixtures, stop }: Bench, request: HttpRequest): Promise<HttpAnswer> {
  if (fixtures.http === undefined) throw new Error("a case uses HTTP without needing it");
  const exchange = createHttpExchange(fixtures.http, DEADLINES);
  try {
    return await exchange.ask(request, { connected: () => undefined }, stop);
  } finally {
    await exchange.close();
  }
}
