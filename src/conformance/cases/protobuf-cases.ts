import { adminOf, type Bench, type ConformanceCase } from "../case.ts";
import { type ProtobufRequest, protobufRequest } from "../protobuf.ts";
import { ask, askAgain, keysOf, requestText } from "../requests.ts";
import { decided, shortOf } from "./decided.ts";

/** Provisioning whose request and answer are protobuf. */
export const PROTOBUF_CASES: readonly ConformanceCase[] = [
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
