import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareCertificates } from "../../src/fleet/certificates.ts";
import type { Credentials } from "../../src/model/device.ts";
import type { MqttClientName, TlsPlan } from "../../src/model/plan.ts";
import { WireError } from "../../src/model/ports.ts";
import { seq } from "../../src/model/units.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { describeLogin } from "./login-contract.ts";
import { CLIENT_NAMES, CONNACK, createMqttHarness } from "./mqtt-harness.ts";
import { createMqttLoginHarness } from "./mqtt-login-harness.ts";
import { startMqttServer } from "./mqtt-server.ts";
import { DEVICE, describeProvisioner, timeoutsWith } from "./provisioner-contract.ts";
import { startScriptedServer } from "./scripted-server.ts";
import { testFolder } from "../support/temporary-folder.ts";

const folder = testFolder();
const identity = await createServerIdentity();
const caFile = join(folder, "ca.pem");
const trusting: TlsPlan = { caFile, serverName: undefined, insecure: false };

beforeAll(() => writeFile(caFile, identity.cert));

const settingOf = (client: MqttClientName) =>
  ({ version: "3.1.1", client, tls: { plan: trusting, identity } }) as const;
for (const client of CLIENT_NAMES) {
  describeProvisioner(createMqttHarness(settingOf(client)));
  describeLogin(createMqttLoginHarness(settingOf(client)));
}

describe.each(CLIENT_NAMES)("who is trusted over TLS, client %s", (client) => {
  const setting = settingOf(client);
  const never = new AbortController().signal;

  async function provisionWith(plan: TlsPlan): Promise<string> {
    const harness = createMqttHarness({ ...setting, tls: { plan, identity } });
    await using server = await harness.start("answers", `{"errorMsg":"","status":"NOT_FOUND"}`);
    const provisioner = harness.create(server.port, timeoutsWith(undefined));
    try {
      return (await provisioner.provision(DEVICE, () => undefined, never)).status;
    } catch (error) {
      return error instanceof WireError ? error.kind : "not a WireError";
    }
  }

  it.each<[string, Partial<TlsPlan>, string]>([
    ["an authority of its own", {}, "NOT_FOUND"],
    ["an authority that nobody named", { caFile: undefined }, "tls-failed"],
    ["any authority, on request", { caFile: undefined, insecure: true }, "NOT_FOUND"],
    ["the name that the certificate has", { serverName: "localhost" }, "NOT_FOUND"],
    ["a name that the certificate has not", { serverName: "elsewhere.example" }, "tls-failed"],
  ])("%s", async (_, part, result) => {
    expect(await provisionWith({ ...trusting, ...part })).toBe(result);
  });

  it("a server that accepts and never shakes hands is a connection that was not made", async () => {
    await using server = await startScriptedServer(() => undefined);
    const provisioner = createMqttHarness(setting).create(server.port, timeoutsWith("connect"));
    const result = provisioner.provision(DEVICE, () => undefined, never);
    await expect(result).rejects.toMatchObject({ kind: "connect-timeout" });
    await server.idle();
  });

  it("a server that speaks something else is a failure of TLS", async () => {
    await using server = await startScriptedServer((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    const provisioner = createMqttHarness(setting).create(server.port, timeoutsWith(undefined));
    const result = provisioner.provision(DEVICE, () => undefined, never);
    await expect(result).rejects.toMatchObject({ kind: "tls-failed" });
    await server.idle();
  });
});

describe.each(CLIENT_NAMES)("a device's own certificate, client %s", (client) => {
  const setting = settingOf(client);
  const fleet = (form: "pem" | "base64") => ({
    count: 1,
    seed: 1,
    names: { from: "server" } as const,
    mix: [{ type: "x509", key: "ec-p256", form, weight: 1 }] as const,
    gateway: false,
    misbehaviours: [],
  });

  async function credentialsIn(form: "pem" | "base64"): Promise<Credentials> {
    const certificates = await prepareCertificates(
      { fleet: fleet(form), prefix: "p" },
      { index: 0, count: 1 },
      { onProgress: () => undefined, keys: undefined },
      new AbortController().signal,
    );
    if (certificates === undefined) throw new Error("the fleet has certificates");
    return { type: "X509_CERTIFICATE", ...certificates.of(seq(0), form) };
  }

  it.each(["pem", "base64"] as const)("is shown in the handshake, kept as %s", async (form) => {
    let shown: string | undefined;
    await using server = await startMqttServer(
      "3.1.1",
      (packet, line) => {
        if (packet.cmd !== "connect") return;
        shown = (line.socket as TLSSocket).getPeerCertificate().raw.toString("base64");
        line.send(CONNACK);
      },
      identity,
    );
    const credentials = await credentialsIn(form);
    const login = createMqttLoginHarness(setting).create(server.port, timeoutsWith(undefined), false);
    const { verdict } = await login.login(credentials, () => undefined, new AbortController().signal);
    expect(verdict).toEqual({ state: "connected" });
    const own = credentials.type === "X509_CERTIFICATE" ? credentials.certificate : "";
    expect(shown).toBe(own.replaceAll(/-----[A-Z ]+-----|\s/g, ""));
  });

  it("cannot be shown without TLS, nor without its key", async () => {
    const credentials = await credentialsIn("pem");
    const never = new AbortController().signal;
    const plain = createMqttLoginHarness({ version: "3.1.1", client }).create(1, timeoutsWith(undefined), false);
    const { verdict } = await plain.login(credentials, () => undefined, never);
    expect(verdict).toMatchObject({ state: "unreachable", kind: "tls-failed" });
    const tls = createMqttLoginHarness(setting).create(1, timeoutsWith(undefined), false);
    const keyless = { ...credentials, privateKey: undefined } as Credentials;
    const { verdict: without } = await tls.login(keyless, () => undefined, never);
    expect(without).toMatchObject({ state: "unreachable", kind: "tls-failed" });
  });
});
