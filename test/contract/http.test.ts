import { describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { createHttpHarness, createHttpLoginHarness } from "./http-harness.ts";
import { describeLogin } from "./login-contract.ts";
import { DEVICE, describeProvisioner, timeoutsWith } from "./provisioner-contract.ts";

describeProvisioner(createHttpHarness());
describeLogin(createHttpLoginHarness());

describe("connections over HTTP", () => {
  const never = new AbortController().signal;

  it("are kept from device to device", async () => {
    const harness = createHttpHarness();
    await using server = await harness.start("answers", `{"errorMsg":"","status":"NOT_FOUND"}`);
    const provisioner = harness.create(server.port, timeoutsWith(undefined));
    for (let turn = 0; turn < 5; turn += 1) await provisioner.provision(DEVICE, () => undefined, never);
    // One is not free again before its answer has been handed out, so that the next device may need a second.
    expect(server.connections).toBeLessThanOrEqual(2);
    await provisioner.close();
  });

  it("are as many as requests at once", async () => {
    const harness = createHttpHarness();
    await using server = await harness.start("answers", `{"errorMsg":"","status":"NOT_FOUND"}`);
    const provisioner = harness.create(server.port, timeoutsWith(undefined));
    const ask = () => provisioner.provision(DEVICE, () => undefined, never);
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(server.connections).toBe(10);
    await provisioner.close();
  });

  it("are not used again after an answer that did not come in time, nor is the request sent again", async () => {
    let requests = 0;
    const harness = createHttpHarness(() => (requests += 1));
    await using server = await harness.start("never answers", "");
    const provisioner = harness.create(server.port, timeoutsWith("answer"));
    const ask = () => provisioner.provision(DEVICE, () => undefined, never).catch(() => undefined);
    await ask();
    await ask();
    expect(server.connections).toBeGreaterThan(1);
    await provisioner.close();
    await server.idle();
    expect(requests).toBe(2);
  });

  it("take a login by token only", async () => {
    const login = createHttpLoginHarness().create(1, timeoutsWith(undefined), false);
    const basic = { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") } as const;
    const { verdict } = await login.login(basic, () => undefined, never);
    expect(verdict).toEqual({
      state: "unreachable",
      kind: "protocol-error",
      detail: "MQTT_BASIC credentials have no login over HTTP: only access tokens have",
    });
    await login.close();
  });
});
