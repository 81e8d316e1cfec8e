import { expect, it } from "vitest";
import { onlyRun, readSummary, rollcall, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** Runs the small scenario against its own simulator with these overrides: each device provisioned, each logged in. */
it.each<[string, readonly string[], string]>([
  [
    "certificates over TLS, PEM and base64, mixed with tokens",
    [
      "target.tls=true",
      "fleet.credentials=[{type: x509}, {type: x509, key: ed25519, form: base64}, {type: access-token}]",
    ],
    "mqtts",
  ],
  [
    "MQTT 5 over TLS, with a server name of the scenario's own",
    ["target={mqttVersion: 5, tls: {serverName: tb}}"],
    "mqtts",
  ],
  [
    "a chain of certificates",
    ["target.tls=true", "provisioning.strategy=x509-chain", "provisioning.chain.commonName='{name}.example.com'"],
    "mqtts",
  ],
  ["HTTP", ["target.transport=http", "fleet.credentials=access-token"], "http"],
  ["CoAP", ["target.transport=coap", "fleet.credentials=access-token"], "coap"],
  ["HTTP over TLS", ["target={transport: http, tls: true}", "fleet.credentials=access-token-server"], "https"],
  ["protobuf", ["target.payload=protobuf", "fleet.credentials=[{type: mqtt-basic}, {type: access-token}]"], "mqtt"],
  ["the header of a proxy, which the simulator then demands", ["target.proxyProtocol=v1"], "mqtt"],
  ["the header of a proxy, before TLS", ["target={proxyProtocol: v2, tls: true}"], "mqtts"],
  ["MQTT 3.1, gateways", ["target.mqttVersion=3.1", "fleet.gateway=true"], "mqtt"],
])("%s", async (_, overrides, scheme) => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const out = `${folder.path}/out`;
  const sets = overrides.flatMap((override) => ["--set", override]);
  const run = rollcallHere("run", scenario, "--simulate", "--preset", "instant", "--quiet", "--out", out, ...sets);
  const { stdout } = await run.finished;
  const { ledger, rollCall } = await readSummary(await onlyRun(out));
  expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
  expect(rollCall.negativeControl).toBe("refused");
  expect(stdout).toContain(`${scheme}://127.0.0.1:`);
});

it("a simulator of one's own, over TLS, HTTP and CoAP at once", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const ca = `${folder.path}/ca.pem`;
  const ports = ["--port", "0", "--tls-port", "0", "--http-port", "0", "--coap-port", "0", "--tls-ca", ca];
  const simulator = rollcall("simulate", "--preset", "instant", ...ports, "--key", "e2e-key", "--secret", SECRET);
  await simulator.shows("Ctrl-C ends it");
  const portAfter = (scheme: string) => new RegExp(`${scheme}://127.0.0.1:(\\d+)`).exec(simulator.output())?.[1];
  const runs = [
    [`target={tls: {ca: ${ca}}, port: ${portAfter("mqtts")}}`, "fleet.credentials=x509"],
    [`target={transport: http, port: ${portAfter("http")}}`, "fleet.credentials=access-token"],
    [`target={transport: coap, port: ${portAfter("coap")}}`, "fleet.credentials=access-token-server"],
  ];
  for (const [index, overrides] of runs.entries()) {
    const out = `${folder.path}/out-${index}`;
    const sets = overrides.flatMap((override) => ["--set", override]);
    await rollcallHere("run", scenario, "--quiet", "--out", out, ...sets).finished;
    const { ledger } = await readSummary(await onlyRun(out));
    expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
  }
  simulator.child.kill("SIGINT");
  const { code, stdout } = await simulator.finished;
  expect(code).toBe(0);
  expect(stdout).toContain("180 requests (180 succeeded)");
});
