import type { Packet } from "mqtt-packet";
import { createMqttLogin } from "../../src/thingsboard/mqtt-login.ts";
import { ACCESS_TOKEN, type LoginHarness, type LoginScene } from "./login-contract.ts";
import { CLIENTS, CONNACK, GARBAGE, type MqttSetting, mqttTarget, trickle } from "./mqtt-harness.ts";
import { type MqttLine, startMqttServer } from "./mqtt-server.ts";

/** `onConnect` sees each CONNECT. */
export function createMqttLoginHarness(
  setting: MqttSetting,
  onConnect: (packet: Packet) => void = () => undefined,
): LoginHarness {
  const { version, client, tls } = setting;
  return {
    name: `MQTT ${version}, client ${client}${tls === undefined ? "" : " over TLS"}`,
    start: (scene) =>
      startMqttServer(
        version,
        (packet, line) => {
          if (packet.cmd !== "connect") return;
          onConnect(packet);
          play(scene, line);
        },
        tls?.identity,
      ),
    create: (port, timeouts, keep, from) =>
      createMqttLogin({
        target: { ...mqttTarget(setting, port), from },
        timeouts,
        keepAliveSeconds: 60,
        keep,
        openSession: CLIENTS[client],
      }),
    credentials: ACCESS_TOKEN,
    refusal:
      version === "5"
        ? { code: 0x86, reason: "0x86 bad user name or password" }
        : { code: 5, reason: "5 not authorised" },
    kinds: {},
    holds: true,
  };
}

function play(scene: LoginScene, line: MqttLine): void {
  const { socket } = line;
  switch (scene) {
    case "admits":
      return line.send(CONNACK);
    case "refuses":
      // With the DISCONNECT that ThingsBoard sends after it in MQTT 5.
      socket.end(
        Buffer.concat([
          line.encode({ cmd: "connack", returnCode: 5, reasonCode: 0x86, sessionPresent: false }),
          Buffer.from([0xe0, 0x02, 0x86, 0x00]),
        ]),
      );
      return;
    case "has an error":
      // The reply to a login whose core does not answer (contract, section 4).
      socket.end(line.encode({ cmd: "connack", returnCode: 3, reasonCode: 0x88, sessionPresent: false }));
      return;
    case "says nothing":
      return;
    case "closes at once":
      socket.end();
      return;
    case "resets at once":
      line.reset();
      return;
    case "sends garbage":
      socket.write(GARBAGE);
      return;
    case "admits byte by byte":
      void trickle(line, line.encode(CONNACK));
  }
}
