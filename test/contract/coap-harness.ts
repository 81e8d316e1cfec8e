import { createSocket } from "node:dgram";
import { generate, type ParsedPacket, parse } from "coap-packet";
import type { Target } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { createCoapLogin } from "../../src/thingsboard/coap-login.ts";
import { createCoapProvisioner } from "../../src/thingsboard/coap-provisioner.ts";
import { ACCESS_TOKEN, type LoginHarness, type LoginScene } from "./login-contract.ts";
import type { ProvisionerHarness, Scene } from "./provisioner-contract.ts";
import type { ScriptedServer } from "./scripted-server.ts";

function coapTarget(port: number, from?: Target["from"]): Target {
  return { transport: "coap", host: "127.0.0.1", port, mqttVersion: "3.1.1", payload: "json", tls: undefined, from };
}

/** Of a datagram over loopback, in bytes. */
const LONGEST = 65_000;

type Send = (...datagrams: readonly Uint8Array[]) => void;

/** A UDP server; `onRequest` sees each request, `onAcknowledged` each acknowledgement of an answer sent apart. */
async function startCoapServer(
  onRequest: (request: ParsedPacket, send: Send) => void,
  onAcknowledged: () => void = () => undefined,
): Promise<ScriptedServer> {
  const socket = createSocket("udp4");
  const peers = new Set<number>();
  socket.on("message", (datagram, { port, address }) => {
    peers.add(port);
    const packet = parse(datagram);
    if (packet.ack) onAcknowledged();
    else onRequest(packet, (...datagrams) => datagrams.forEach((each) => socket.send(each, port, address)));
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    get connections() {
      return peers.size;
    },
    // A datagram socket is not seen to close.
    idle: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(resolve)),
  };
}

export function createCoapHarness(onAcknowledged?: () => void): ProvisionerHarness {
  let request = "";
  return {
    name: "CoAP",
    start: (scene, answer) =>
      startCoapServer((packet, send) => {
        request = packet.payload.toString();
        play(scene, answer, packet, send);
      }, onAcknowledged),
    create: (port, timeouts, from) =>
      createCoapProvisioner({
        target: coapTarget(port, from),
        provisioning: { key: "key", secret: new Secret("secret") },
        timeouts,
      }),
    // No connection to accept or to close; a datagram comes whole or not at all.
    absent: [
      "closes before it accepts",
      "resets before it accepts",
      "refuses the session",
      "sends garbage instead of accepting",
      "closes before the answer",
      "acknowledges, then closes",
      "sends half an answer",
      "answers byte by byte",
    ],
    kinds: { "says nothing": "answer-timeout" },
    lastRequest: () => JSON.parse(request),
    messages: true,
    stages: ["connected", "sent", "acknowledged", "answered"],
    largestAnswer: LONGEST,
  };
}

const GARBAGE = Buffer.from([0xff, 0xff, 0xff]);

function play(scene: Scene, answer: string, { messageId, token }: ParsedPacket, send: Send): void {
  const code = /"status":"(NOT_FOUND|FAILURE)"/.test(answer) ? "4.00" : "2.01";
  const payload = Buffer.from(answer);
  const together = generate({ ack: true, messageId, token, code, payload }, LONGEST);
  const acknowledgement = generate({ ack: true, messageId, code: "0.00" });
  const apart = generate({ confirmable: true, messageId: 4_711, token, code, payload }, LONGEST);
  switch (scene) {
    case "answers":
      return send(together);
    case "answers twice":
      return send(together, together);
    case "answers in one chunk":
      return send(acknowledgement, apart);
    case "answers somebody else":
      return send(acknowledgement, generate({ messageId: 1, token: Buffer.of(9), code, payload }, LONGEST));
    case "acknowledges and never answers":
      return send(acknowledgement);
    case "refuses the request":
      return send(generate({ ack: true, messageId, token, code: "4.00" }));
    case "has an error of its own":
      return send(generate({ ack: true, messageId, token, code: "5.00" }));
    case "resets before the answer":
      return send(generate({ reset: true, messageId, code: "0.00" }));
    case "sends garbage instead of the answer":
      return send(GARBAGE);
    default:
  }
}

export function createCoapLoginHarness(): LoginHarness {
  return {
    name: "CoAP",
    start: (scene) => startCoapServer((packet, send) => playLogin(scene, packet, send)),
    create: (port, timeouts, _, from) => createCoapLogin({ target: coapTarget(port, from), timeouts }),
    credentials: ACCESS_TOKEN,
    refusal: { code: 401, reason: "4.01 unauthorized" },
    absent: ["closes at once", "admits byte by byte"],
    kinds: { "says nothing": "answer-timeout" },
    holds: false,
  };
}

function playLogin(scene: LoginScene, { messageId, token }: ParsedPacket, send: Send): void {
  switch (scene) {
    case "admits":
      return send(generate({ ack: true, messageId, token, code: "2.01" }));
    case "refuses":
      return send(generate({ ack: true, messageId, token, code: "4.01" }));
    case "has an error":
      return send(generate({ ack: true, messageId, token, code: "5.00" }));
    case "resets at once":
      return send(generate({ reset: true, messageId, code: "0.00" }));
    case "sends garbage":
      return send(GARBAGE);
    default:
  }
}
