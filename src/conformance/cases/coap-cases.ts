import type { Target } from "../../model/plan.ts";
import { us } from "../../model/units.ts";
import { askCoap } from "../../wires/coap/coap-exchange.ts";
import { type Answer, answerText, readJsonAnswer } from "../answer.ts";
import { type Access, adminOf, type Bench, type ConformanceCase } from "../case.ts";
import type { Expected } from "../columns.ts";
import { type ProtobufRequest, protobufRequest, readProtobufAnswer } from "../protobuf.ts";
import { keysOf, requestText } from "../requests.ts";

const TIMEOUT = us(25_000_000);

type Fields = Readonly<Record<string, unknown>>;

/** The CoAP device API (contract, section 5 and rows C and K of section 7). */
export const COAP_CASES: readonly ConformanceCase[] = [
  overCoap("create", "a new device", "7 C3, K2", "2.01 SUCCESS ACCESS_TOKEN", (bench) =>
    post(bench, { deviceName: bench.name() }),
  ),
  overCoap("token", "a new device with a token", "7 C5", "2.01 SUCCESS ACCESS_TOKEN", (bench) =>
    post(bench, { deviceName: bench.name(), token: bench.name() }),
  ),
  overCoap("certificate", "a new device with a certificate", "7 C6", "2.01 SUCCESS X509_CERTIFICATE", (bench) =>
    post(bench, { deviceName: bench.name(), credentialsType: "X509_CERTIFICATE", hash: bench.name() }),
  ),
  overCoap("again", "the same name again", "5 CoAP", "4.00 FAILURE", async (bench) => {
    await post(bench, { deviceName: bench.name() });
    return post(bench, { deviceName: bench.name() });
  }),
  overCoap("wrong-key", "an unknown key", "7 C7", "4.00 NOT_FOUND", (bench) =>
    post(bench, { deviceName: bench.name(), provisionDeviceKey: "no-such-key" }),
  ),
  overCoap("no-secret", "no provisionDeviceSecret", "5 CoAP", "4.00, no body", (bench) =>
    post(bench, { deviceName: bench.name(), provisionDeviceSecret: undefined }),
  ),
  overCoap("malformed", "malformed JSON", "5 CoAP", "4.00, no body", (bench) => send(bench, "{nope")),
  overCoap("pre", "a pre-provisioned device", "7 C2, K1", "2.01 SUCCESS ACCESS_TOKEN", async (bench) => {
    await adminOf(bench).preCreate(bench.name());
    return post(bench, { deviceName: bench.name() }, adminOf(bench).preProvisioned);
  }),
  overCoap("gateway", "a gateway", "7 C4", { "3.6": "no gateway", "3.8": "gateway" }, async (bench) => {
    await post(bench, { deviceName: bench.name(), gateway: true });
    return (await adminOf(bench).gatewayFlag(bench.name())) === true ? "gateway" : "no gateway";
  }),
  overCoap("disabled", "a profile without provisioning", "7 C1, K3", "4.00 NOT_FOUND", (bench) =>
    post(bench, { deviceName: bench.name() }, adminOf(bench).disabled),
  ),
  inProtobuf("protobuf", "a new device", "7 C3, protobuf", "2.01 SUCCESS in protobuf ACCESS_TOKEN", () => ({})),
  inProtobuf(
    "protobuf-token",
    "a new device with a token",
    "7 C5, protobuf",
    "2.01 SUCCESS in protobuf ACCESS_TOKEN",
    (own) => ({ credentials: { type: "ACCESS_TOKEN", token: own } }),
  ),
  inProtobuf(
    "protobuf-certificate",
    "a new device with a certificate",
    "7 C6, protobuf",
    "2.01 SUCCESS in protobuf X509_CERTIFICATE",
    (own) => ({ credentials: { type: "X509_CERTIFICATE", hash: own } }),
  ),
  inProtobuf(
    "protobuf-pre",
    "a pre-provisioned device",
    "7 C2, protobuf",
    "2.01 SUCCESS in protobuf ACCESS_TOKEN",
    async (own, bench) => {
      await adminOf(bench).preCreate(own);
      return keysOf(adminOf(bench).preProvisioned);
    },
  ),
  inProtobuf(
    "protobuf-disabled",
    "a profile without provisioning",
    "7 C1, protobuf",
    "4.00 NOT_FOUND in protobuf",
    (_, bench) => keysOf(adminOf(bench).disabled),
  ),
  overCoap(
    "protobuf-gateway",
    "a gateway, asked for in protobuf",
    "7 C4, protobuf",
    { "3.6": "no gateway", "3.8": "gateway" },
    async (bench) => {
      const deviceName = bench.name();
      await send(bench, protobufRequest({ deviceName, ...keysOf(bench.fixtures.profile), gateway: true }));
      return (await adminOf(bench).gatewayFlag(deviceName)) === true ? "gateway" : "no gateway";
    },
  ),
  inProtobuf("protobuf-wrong-key", "an unknown key", "7 C7, protobuf", "4.00 NOT_FOUND in protobuf", () => ({
    key: "no-such-key",
  })),
  overCoap("login", "attributes of an issued token", "5 CoAP", "2.01, no body", async (bench) => {
    await post(bench, { deviceName: bench.name(), token: bench.name() });
    return attributes(bench, bench.name());
  }),
  overCoap("unknown-token", "attributes of an unknown token", "5 CoAP", "4.01, no body", (bench) =>
    attributes(bench, bench.name()),
  ),
];

function overCoap(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (bench: Bench) => Promise<string>,
): ConformanceCase {
  const needs: ConformanceCase["needs"] = /(?:pre|gateway|disabled)$/.test(id) ? ["coap", "admin"] : ["coap"];
  return { id: `coap.${id}`, title: `CoAP: ${title}`, row, needs, refusedLogin: false, expected, observe };
}

function inProtobuf(
  id: string,
  title: string,
  row: string,
  expected: string,
  change: (own: string, bench: Bench) => Partial<ProtobufRequest> | Promise<Partial<ProtobufRequest>>,
): ConformanceCase {
  return overCoap(id, `${title}, asked for in protobuf`, row, expected, async (bench) => {
    const deviceName = bench.name();
    const request = { deviceName, ...keysOf(bench.fixtures.profile), ...(await change(deviceName, bench)) };
    return send(bench, protobufRequest(request));
  });
}

/** What a device reports of itself: needs its token, and changes nothing. */
async function attributes(bench: Bench, token: string): Promise<string> {
  return exchange(bench, ["api", "v1", token, "attributes"], "{}");
}

export function post(bench: Bench, fields: Fields, access: Access = bench.fixtures.profile): Promise<string> {
  return send(bench, requestText(access, fields));
}

function send(bench: Bench, payload: string | Uint8Array): Promise<string> {
  return exchange(bench, ["api", "v1", "provision"], payload);
}

async function exchange(
  { fixtures, stop }: Bench,
  path: readonly string[],
  payload: string | Uint8Array,
): Promise<string> {
  if (fixtures.coap === undefined) throw new Error("a case uses CoAP without needing it");
  const target: Pick<Target, "host" | "port"> = fixtures.coap;
  const answer = await askCoap(target, { path, payload }, TIMEOUT, { connected: () => undefined }, stop);
  return answer.payload.length === 0 ? `${answer.code}, no body` : `${answer.code} ${answerText(read(answer.payload))}`;
}

function read(payload: Uint8Array): Answer {
  const bytes = Buffer.from(payload);
  return bytes[0] === 0x7b ? readJsonAnswer(bytes.toString("utf8")) : readProtobufAnswer(bytes);
}
