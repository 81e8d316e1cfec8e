import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { load, MINIMAL } from "../../support/scenario-text.ts";

describe("what a transport can do", () => {
  it.each<[string, readonly string[], string]>([
    ["certificates log in over TLS", ["fleet.credentials=x509"], "target.tls"],
    ["HTTP logs in by token", ["target.transport=http"], "fleet.credentials"],
    ["CoAP logs in by token", ["target.transport=coap", "fleet.credentials=x509"], "fleet.credentials"],
    [
      "HTTP holds nothing",
      ["target.transport=http", "fleet.credentials=access-token", "rollCall={hold: 1s}"],
      "rollCall.hold",
    ],
    [
      "HTTP speaks JSON",
      ["target={transport: http, payload: protobuf}", "fleet.credentials=access-token"],
      "target.payload",
    ],
    [
      "no name, nothing to repeat",
      ["fleet={count: 9, names: server, misbehaviours: {repeated-name: 10%}}"],
      "fleet.misbehaviours.repeated-name",
    ],
    [
      "no credentials, nothing to repeat",
      ["fleet={count: 9, credentials: access-token-server, misbehaviours: {repeated-credentials: 10%}}"],
      "fleet.misbehaviours.repeated-credentials",
    ],
    [
      "devices that are there, which may ask again",
      ["provisioning.strategy=pre-provisioned", "fleet={count: 9, misbehaviours: {repeated-name: 10%}}"],
      "fleet.misbehaviours.repeated-name: under strategy pre-provisioned no refusal is owed",
    ],
    [
      "no connection, nothing to hold",
      ["target.transport=coap", "rollCall=off", "fleet={count: 9, misbehaviours: {slow-socket: 10%}}"],
      "fleet.misbehaviours.slow-socket",
    ],
    ["as many in flight as allowed", ["maxInFlight=1"], "maxInFlight"],
  ])("%s", (_, overrides, path) => {
    expect(() => load(MINIMAL, overrides)).toThrow(path);
  });

  it.each<[string, readonly string[]]>([
    ["certificates without a roll call", ["fleet.credentials=x509", "rollCall=off"]],
    ["HTTP without a roll call", ["target.transport=http", "rollCall=off"]],
    [
      "HTTP with tokens",
      ["target.transport=http", "fleet.credentials=[{type: access-token}, {type: access-token-server}]"],
    ],
    ["protobuf over MQTT", ["target.payload=protobuf"]],
  ])("takes %s", (_, overrides) => {
    expect(load(MINIMAL, overrides).warnings).toEqual([]);
  });
});

describe("TLS", () => {
  it("finds the authority's file beside the scenario", () => {
    const { plan } = load(MINIMAL, ["target.tls={ca: ca.pem}"]);
    expect(plan.target.tls).toEqual({ caFile: resolve("ca.pem"), serverName: undefined, insecure: false });
    expect(plan.target.port).toBe(8883);
  });

  it.each([
    ["missing.pem", "cannot be read"],
    ["names.txt", "no certificate in it"],
  ])("says what is wrong with %s", (file, fix) => {
    expect(() => load(MINIMAL, [`target.tls={ca: ${file}}`])).toThrow(fix);
  });

  it("warns of a target that could be anybody", () => {
    const { warnings } = load(MINIMAL, ["target.tls={insecure: true}"]);
    expect(warnings).toEqual(["target.tls.insecure: any certificate is accepted"]);
  });
});
