import type { Packet } from "mqtt-packet";
import type { MqttClientName, MqttVersion, Target, TlsPlan } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { createMqttProvisioner } from "../../src/thingsboard/mqtt-provisioner.ts";
import { jsonPayload } from "../../src/thingsboard/payload.ts";
import { protobufPayload } from "../../src/thingsboard/protobuf-payload.ts";
import { openLeanSession } from "../../src/wires/mqtt/lean/lean-session.ts";
import { openMqttJsSession } from "../../src/wires/mqtt/mqtt-js-session.ts";
import type { OpenSession } from "../../src/wires/mqtt/session.ts";
import { type MqttLine, type MqttScript, startMqttServer } from "./mqtt-server.ts";
import type { ProvisionerHarness, Scene } from "./provisioner-contract.ts";
import { toProtobuf } from "./protobuf-answer.ts";
import type { ServerIdentity } from "./scripted-server.ts";

export interface MqttSetting {
  /** Default: JSON. */
  readonly payload?: "json" | "protobuf";
  readonly version: MqttVersion;
  readonly client: MqttClientName;
  readonly tls?: { readonly plan: TlsPlan; readonly identity: ServerIdentity };
}

export function mqttTarget({ version, client, tls, payload = "json" }: MqttSetting, port: number): Target {
  return {
    transport: "mqtt",
    host: "127.0.0.1",
    port,
    mqttVersion: version,
    client,
    payload,
    tls: tls?.plan,
  };
}

export const CLIENTS = { lean: openLeanSession, mqtt: openMqttJsSession } as const satisfies Record<
  MqttClientName,
  OpenSession
>;
export const CLIENT_NAMES: readonly MqttClientName[] = ["lean", "mqtt"];

export const CONNACK: Packet = { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false };

/** No packet has this type. */
export const GARBAGE = Buffer.from([0x00, 0x02, 0x21, 0x21, 0xff, 0xff, 0xff, 0xff]);

export function createMqttHarness(setting: MqttSetting): ProvisionerHarness {
  const { version, client, tls, payload = "json" } = setting;
  let request = "";
  return {
    name: `MQTT ${version}, client ${client}${tls === undefined ? "" : " over TLS"}${payload === "json" ? "" : ", protobuf"}`,
    start(scene, answer) {
      const play = sceneOf(scene, payload === "json" ? answer : toProtobuf(answer));
      const script: MqttScript = (packet, line) => {
        if (packet.cmd === "publish") request = packet.payload.toString();
        play(packet, line);
      };
      return startMqttServer(version, script, tls?.identity);
    },
    create: (port, timeouts, from) =>
      createMqttProvisioner({
        target: { ...mqttTarget(setting, port), from },
        provisioning: { key: "key", secret: new Secret("secret") },
        timeouts,
        payload: payload === "json" ? jsonPayload : protobufPayload,
        openSession: CLIENTS[client],
      }),
    // Only MQTT 5 can say no to a request, and why.
    absent: version === "5" ? [] : ["refuses the request", "has an error of its own"],
    kinds: {},
    lastRequest: payload === "json" ? () => JSON.parse(request) : undefined,
    messages: payload === "json",
    stages: ["connected", "accepted", "sent", "acknowledged", "answered"],
    largestAnswer: Infinity,
  };
}

const publishOf = (payload: string | Buffer, topic = "/provision/response"): Packet => ({
  cmd: "publish",
  topic,
  payload,
  qos: 1,
  messageId: 1,
  dup: false,
  retain: false,
});

function sceneOf(scene: Scene, answer: string | Buffer): MqttScript {
  /** Accepts the session, then does something about the request. */
  const onRequest =
    (then: (line: MqttLine, puback: Packet) => void): MqttScript =>
    (packet, line) => {
      if (packet.cmd === "connect") line.send(CONNACK);
      if (packet.cmd === "publish") then(line, { cmd: "puback", messageId: packet.messageId ?? 0, reasonCode: 0 });
    };
  const onConnect =
    (then: (line: MqttLine) => void): MqttScript =>
    (packet, line) => {
      if (packet.cmd === "connect") then(line);
    };
  switch (scene) {
    case "answers":
      return onRequest((line, puback) => line.send(puback, publishOf(answer)));
    case "says nothing":
      return () => undefined;
    case "closes before it accepts":
      return onConnect(({ socket }) => socket.end());
    case "resets before it accepts":
      return onConnect(({ reset }) => reset());
    case "refuses the session":
      // With the DISCONNECT that a ThingsBoard sends after it in MQTT 5, which must not make a second failure of it.
      return onConnect((line) => {
        const bytes = line.encode({ cmd: "connack", returnCode: 5, reasonCode: 0x86, sessionPresent: false });
        line.socket.end(Buffer.concat([bytes, Buffer.from([0xe0, 0x02, 0x86, 0x00])]));
      });
    case "sends garbage instead of accepting":
      return onConnect(({ socket }) => socket.write(GARBAGE));
    case "closes before the answer":
      return onRequest(({ socket }) => socket.end());
    case "resets before the answer":
      return onRequest(({ reset }) => reset());
    case "acknowledges, then closes":
      return onRequest((line, puback) => line.socket.end(line.encode(puback)));
    case "acknowledges and never answers":
      return onRequest((line, puback) => line.send(puback));
    case "refuses the request":
      return onRequest((line, puback) => line.send({ ...puback, reasonCode: 0x99 } as Packet));
    case "has an error of its own":
      // With the DISCONNECT and the close that follow.
      return onRequest((line, puback) => {
        const disconnect = Buffer.from([0xe0, 0x02, 0x83, 0x00]);
        line.socket.end(Buffer.concat([line.encode({ ...puback, reasonCode: 0x83 } as Packet), disconnect]));
      });
    case "never answers":
      return onRequest(() => undefined);
    case "answers twice":
      return onRequest((line, puback) => line.send(puback, publishOf(answer), publishOf(answer)));
    case "answers somebody else":
      return onRequest((line, puback) => line.send(puback, publishOf(answer, "/provision/response/other")));
    case "sends garbage instead of the answer":
      return onRequest(({ socket }) => socket.write(GARBAGE));
    case "sends half an answer":
      return onRequest((line, puback) => line.socket.write(line.encode(puback, publishOf(answer)).subarray(0, 30)));
    case "answers in one chunk":
      return inOneChunk(answer);
    case "answers byte by byte":
      return onRequest((line, puback) => void trickle(line, line.encode(puback, publishOf(answer))));
  }
}

/** SUBACK, PUBACK and the answer together, with a packet for nobody before them. */
function inOneChunk(answer: string | Buffer): MqttScript {
  let subscription = 0;
  return (packet, line) => {
    if (packet.cmd === "connect") line.send(CONNACK);
    if (packet.cmd === "subscribe") subscription = packet.messageId ?? 0;
    if (packet.cmd === "publish") {
      line.send(
        publishOf("{}", "v1/devices/me/attributes"),
        { cmd: "suback", messageId: subscription, granted: [1] },
        { cmd: "puback", messageId: packet.messageId ?? 0, reasonCode: 0 },
        publishOf(answer),
      );
    }
  };
}

export async function trickle({ socket }: MqttLine, bytes: Uint8Array): Promise<void> {
  for (let index = 0; index < bytes.length && socket.writable; index += 1) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(index, index + 1), () => setImmediate(resolve)));
  }
}
