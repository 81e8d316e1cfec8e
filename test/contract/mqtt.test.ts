import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/model/device.ts";
import { Secret } from "../../src/model/secret.ts";
import { describeLogin } from "./login-contract.ts";
import { CLIENT_NAMES, createMqttHarness } from "./mqtt-harness.ts";
import { createMqttLoginHarness } from "./mqtt-login-harness.ts";
import { describeProvisioner, timeoutsWith } from "./provisioner-contract.ts";

for (const client of CLIENT_NAMES) {
  for (const version of ["3.1", "3.1.1", "5"] as const) {
    describeProvisioner(createMqttHarness({ version, client }));
    describeLogin(createMqttLoginHarness({ version, client }));
  }
  describeProvisioner(createMqttHarness({ version: "3.1.1", client, payload: "protobuf" }));
}

describe.each(CLIENT_NAMES)("what a login's CONNECT carries, client %s", (client) => {
  it.each<[string, Credentials, object]>([
    ["a token", { type: "ACCESS_TOKEN", token: new Secret("t") }, { username: "t", password: null }],
    [
      "clientId, username and password",
      { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") },
      { clientId: "c", username: "u", password: "p" },
    ],
    [
      "a clientId alone",
      { type: "MQTT_BASIC", clientId: "c", username: undefined, password: undefined },
      { clientId: "c", username: null, password: null },
    ],
    [
      "a username alone",
      { type: "MQTT_BASIC", clientId: undefined, username: "u", password: undefined },
      { username: "u", password: null },
    ],
  ])("of a device with %s", async (_, credentials, fields) => {
    let connect: IConnectPacket | undefined;
    const harness = createMqttLoginHarness(
      { version: "3.1.1", client },
      (packet) => (connect = packet as IConnectPacket),
    );
    await using server = await harness.start("admits");
    const login = harness.create(server.port, timeoutsWith(undefined), false);
    const { verdict } = await login.login(credentials, () => undefined, new AbortController().signal);
    expect(verdict).toEqual({ state: "connected" });
    const { clientId, username, password } = connect ?? {};
    const seen = { clientId, username: username ?? null, password: password?.toString() ?? null };
    expect(seen).toMatchObject(fields);
  });

  it("has a clientId that MQTT 3.1 allows, whoever logs in", async () => {
    const ids: string[] = [];
    const harness = createMqttLoginHarness({ version: "3.1", client }, (packet) => {
      ids.push((packet as IConnectPacket).clientId);
    });
    await using server = await harness.start("admits");
    const login = harness.create(server.port, timeoutsWith(undefined), false);
    for (let turn = 0; turn < 3; turn += 1) {
      await login.login(harness.credentials, () => undefined, new AbortController().signal);
    }
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^.{1,23}$/);
  });
});
