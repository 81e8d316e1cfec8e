import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

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

describe("maxDevices", () => {
  it.each<[string, readonly string[], string]>([
    [
      "of a fleet",
      ["maxDevices=9"],
      "maxDevices is 9: the load makes 10 devices: write at least 10, or lower devices, rate or duration",
    ],
    [
      "of an open load",
      ["fleet={}", "load={constant: {rate: 100/s}, duration: 60s}", "maxDevices=5999"],
      "the load makes 6,000 devices",
    ],
    [
      "of a ramp",
      ["fleet={}", "load={ramp: {from: 0, to: 20, duration: 10s}}", "maxDevices=99"],
      "the load makes 100 devices",
    ],
    [
      "of a warm-up too",
      [
        "fleet={}",
        "load=[{name: cold, warmup: true, burst: {}, devices: 5}, {name: hot, burst: {}, devices: 5}]",
        "maxDevices=9",
      ],
      "the load makes 10 devices (cold 5, hot 5)",
    ],
    ["that is none", ["maxDevices=0"], "maxDevices is 0: write a whole number of at least 1"],
  ])("refuses a load beyond it, %s", (_, overrides, mistake) => {
    expect(mistakes(MINIMAL, overrides)).toEqual([expect.stringContaining(mistake)]);
  });

  it("takes a load that reaches it, and does not change the question that is asked", () => {
    const { plan } = load(MINIMAL, ["maxDevices=10"]);
    expect(plan.maxDevices).toBe(10);
    expect(plan.hash).toBe(load(MINIMAL).plan.hash);
  });
});

describe("the PROXY protocol", () => {
  it.each(["v1", "v2"])("%s is said before anything else", (version) => {
    const { plan } = load(MINIMAL, [`target.proxyProtocol=${version}`]);
    expect(plan.target.proxyProtocol).toBe(version);
    expect(plan.hash).toBe(load(MINIMAL).plan.hash);
  });

  it.each([
    ["target.proxyProtocol=yes", "write v1 or v2"],
    ["target={transport: coap, proxyProtocol: v2}", "CoAP is UDP"],
  ])("is refused: %s", (override, fix) => {
    expect(() => load(MINIMAL, [override, "fleet.credentials=access-token"])).toThrow(fix);
  });
});

describe("keep-alive", () => {
  it.each([
    ["0", 0],
    ["0s", 0],
    ["1s", 1],
    ["65535s", 65_535],
  ])("%s", (keepAlive, seconds) => {
    expect(load(MINIMAL, [`rollCall={hold: 10s, keepAlive: ${keepAlive}}`]).plan.rollCall.keepAliveSeconds).toBe(
      seconds,
    );
  });

  it.each(["500ms", "-1s", "65536s"])("%s is none", (keepAlive) => {
    expect(() => load(MINIMAL, [`rollCall={keepAlive: ${keepAlive}}`])).toThrow("rollCall.keepAlive");
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

  it("finds a client's certificate and its key beside the scenario, and keeps neither in the plan", () => {
    const { plan } = load(MINIMAL, ["target.tls={cert: ca.pem, key: ca-key.pem}"]);
    expect(plan.target.tls?.identity).toEqual({
      certificateFile: resolve("ca.pem"),
      keyFile: resolve("ca-key.pem"),
    });
    expect(JSON.stringify(plan)).not.toContain("-----BEGIN");
    expect(plan.hash).toBe(load(MINIMAL, ["target.tls=true"]).plan.hash);
  });

  it.each([
    ["{cert: ca.pem}", "target.tls.key: a client certificate is shown with its key"],
    ["{key: ca-key.pem}", "target.tls.cert: a client certificate is shown with its key"],
    ["{cert: missing.pem, key: ca-key.pem}", "target.tls.cert is missing.pem: it cannot be read"],
    ["{cert: ca.pem, key: missing.pem}", "target.tls.key is missing.pem: it cannot be read"],
    ["{cert: names.txt, key: ca-key.pem}", "target.tls.cert is names.txt: there is no certificate in it"],
    ["{cert: ca.pem, key: names.txt}", "target.tls.key is names.txt: it is no private key in PEM"],
    ["{cert: ca.pem, key: chain-key.pem}", "target.tls.key is chain-key.pem: it is not the key of"],
  ])("says what is wrong with a client's %s", (tls, mistake) => {
    expect(mistakes(MINIMAL, [`target.tls=${tls}`])).toEqual([expect.stringContaining(mistake)]);
  });

  it("warns of a target that could be anybody", () => {
    const { warnings } = load(MINIMAL, ["target.tls={insecure: true}"]);
    expect(warnings).toEqual(["target.tls.insecure: any certificate is accepted"]);
  });
});
