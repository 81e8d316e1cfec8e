import type { IConnectPacket, Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/model/device.ts";
import { Secret } from "../../src/model/secret.ts";
import { describeLogin } from "./login-contract.ts";
import { CLIENT_NAMES, CONNACK, createMqttHarness } from "./mqtt-harness.ts";
import { createMqttLoginHarness } from "./mqtt-login-harness.ts";
import { startMqttServer } from "./mqtt-server.ts";
import { describeProvisioner, DEVICE, timeoutsWith } from "./provisioner-contract.ts";

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

const ELSEWHERE = { properties: { reasonString: "node 2 drains", serverReference: "tb-2:1883" } };
const IN_WORDS = ' ("node 2 drains"); use another server: tb-2:1883';

describe.each(CLIENT_NAMES)("what an MQTT 5 server says of its own accord is shown, client %s", (client) => {
  const refusal: Packet = { cmd: "connack", reasonCode: 0x9c, sessionPresent: false, ...ELSEWHERE };

  it.each<[string, Packet["cmd"], Packet, string]>([
    ["CONNACK", "connect", refusal, `CONNACK 0x9c use another server${IN_WORDS}`],
    [
      "PUBACK",
      "publish",
      { cmd: "puback", messageId: 2, reasonCode: 0x97, properties: { reasonString: "node 2 drains" } },
      'PUBACK 0x97 quota exceeded ("node 2 drains")',
    ],
    [
      "DISCONNECT",
      "publish",
      { cmd: "disconnect", reasonCode: 0x9d, ...ELSEWHERE },
      `closed before PUBACK and answer, DISCONNECT 0x9d server moved${IN_WORDS}`,
    ],
    [
      "DISCONNECT in place of CONNACK",
      "connect",
      { cmd: "disconnect", reasonCode: 0x9d, ...ELSEWHERE },
      `closed before CONNACK, DISCONNECT 0x9d server moved${IN_WORDS}`,
    ],
  ])("of a provisioning: %s", async (_, at, packet, detail) => {
    await using server = await startMqttServer("5", ({ cmd }, line) => {
      if (cmd === at) line.socket.end(line.encode(packet));
      else if (cmd === "connect") line.send(CONNACK);
    });
    const provisioner = createMqttHarness({ version: "5", client }).create(server.port, timeoutsWith(undefined));
    const reply = provisioner.provision(DEVICE, () => undefined, new AbortController().signal);
    await expect(reply).rejects.toMatchObject({ detail });
  });

  it("of a login: CONNACK, bounded", async () => {
    const long = { properties: { reasonString: "x".repeat(60_000) } };
    await using server = await startMqttServer("5", ({ cmd }, line) => {
      if (cmd === "connect") line.socket.end(line.encode({ ...CONNACK, reasonCode: 0x87, ...long } as Packet));
    });
    const harness = createMqttLoginHarness({ version: "5", client });
    const login = harness.create(server.port, timeoutsWith(undefined), false);
    const { verdict } = await login.login(harness.credentials, () => undefined, new AbortController().signal);
    expect(verdict).toMatchObject({ state: "refused", code: 0x87 });
    const reason = verdict.state === "refused" ? verdict.reason : "";
    expect(reason).toMatch(/^0x87 not authorised \("x{500}… \(60000 characters, SHA-256 [0-9a-f]{12}\)"\)$/);
  });
});
