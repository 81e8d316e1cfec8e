import type { Socket } from "node:net";
import type { Target } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { createHttpLogin } from "../../src/thingsboard/http-login.ts";
import { createHttpProvisioner } from "../../src/thingsboard/http-provisioner.ts";
import { ACCESS_TOKEN, type LoginHarness, type LoginScene } from "./login-contract.ts";
import type { ProvisionerHarness, Scene } from "./provisioner-contract.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

function httpTarget(port: number, from?: Target["from"]): Target {
  return { transport: "http", host: "127.0.0.1", port, mqttVersion: "3.1.1", payload: "json", tls: undefined, from };
}

interface HttpLine {
  readonly socket: Socket;
  readonly reset: () => void;
}

/** Reads whole requests with a Content-Length, or without a body, and hands out each body. */
function startHttpServer(onRequest: (body: string, line: HttpLine) => void): Promise<ScriptedServer> {
  return startScriptedServer((socket, reset) => {
    let read = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(read.subarray(0, end).toString())?.[1] ?? "0");
      if (read.length < end + 4 + length) return;
      const body = read.subarray(end + 4, end + 4 + length).toString();
      read = read.subarray(end + 4 + length);
      onRequest(body, { socket, reset });
    });
  });
}

const response = (status: string, body: string): Buffer =>
  Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** `onRequest` sees each request that arrives. */
export function createHttpHarness(onRequest: () => void = () => undefined): ProvisionerHarness {
  let request = "";
  return {
    name: "HTTP",
    start: (scene, answer) =>
      startHttpServer((body, line) => {
        request = body;
        onRequest();
        play(scene, answer, line);
      }),
    create: (port, timeouts, from) =>
      createHttpProvisioner({
        target: httpTarget(port, from),
        provisioning: { key: "key", secret: new Secret("secret") },
        timeouts,
      }),
    // HTTP has no session to accept, no acknowledgement, and no answer but on the connection that asked.
    absent: [
      "closes before it accepts",
      "resets before it accepts",
      "refuses the session",
      "sends garbage instead of accepting",
      "acknowledges, then closes",
      "acknowledges and never answers",
      "answers somebody else",
    ],
    kinds: { "says nothing": "answer-timeout" },
    lastRequest: () => JSON.parse(request),
    messages: true,
    stages: ["connected", "sent", "answered"],
    largestAnswer: Infinity,
  };
}

function play(scene: Scene, answer: string, { socket, reset }: HttpLine): void {
  const ok = response("200 OK", answer);
  switch (scene) {
    case "answers":
    case "answers in one chunk":
      socket.write(ok);
      return;
    case "answers twice":
      socket.write(Buffer.concat([ok, ok]));
      return;
    case "answers byte by byte":
      void trickle(socket, ok);
      return;
    case "closes before the answer":
      socket.end();
      return;
    case "resets before the answer":
      return reset();
    case "refuses the request":
      socket.write(response("500 Internal Server Error", `{"status":500,"message":"…","errorCode":2,"timestamp":0}`));
      return;
    case "has an error of its own":
      socket.write(response("500 Internal Server Error", ""));
      return;
    case "sends garbage instead of the answer":
      socket.write(Buffer.from([0x00, 0x02, 0x21, 0x21, 0xff, 0xff]));
      return;
    case "sends half an answer":
      socket.write(ok.subarray(0, ok.length - 5));
      return;
    default:
  }
}

export function createHttpLoginHarness(): LoginHarness {
  return {
    name: "HTTP",
    start: (scene) => startHttpServer((_, line) => playLogin(scene, line)),
    create: (port, timeouts, _, from) => createHttpLogin({ target: httpTarget(port, from), timeouts }),
    credentials: ACCESS_TOKEN,
    refusal: { code: 401, reason: "401 unauthorized" },
    kinds: { "says nothing": "answer-timeout", "closes at once": "closed-before-answer" },
    holds: false,
  };
}

function playLogin(scene: LoginScene, { socket, reset }: HttpLine): void {
  switch (scene) {
    case "admits":
      socket.write(response("200 OK", "{}"));
      return;
    case "refuses":
      socket.write(response("401 Unauthorized", ""));
      return;
    case "has an error":
      socket.write(response("503 Service Unavailable", ""));
      return;
    case "says nothing":
      return;
    case "closes at once":
      socket.end();
      return;
    case "resets at once":
      return reset();
    case "sends garbage":
      socket.write("garbage\r\n\r\n");
      return;
    case "admits byte by byte":
      void trickle(socket, response("200 OK", "{}"));
  }
}

async function trickle(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (let index = 0; index < bytes.length && socket.writable; index += 1) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(index, index + 1), () => setImmediate(resolve)));
  }
}
