import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { generate as generateCoap, parse as parseCoap } from "coap-packet";
import { generate, parser } from "mqtt-packet";
import type { Target as Aim } from "../../src/model/plan.ts";
import { type Login, type Provisioner, WireError } from "../../src/model/ports.ts";
import type { Device } from "../../src/model/device.ts";
import { Secret } from "../../src/model/secret.ts";
import { seq, us } from "../../src/model/units.ts";
import { createLogin, createProvisioner } from "../../src/runs/wiring/wire.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import type { Dice } from "../dice.ts";
import { mutateBytes, mutateJson } from "../mutate.ts";
import { secretIn, SECRETS, wrongWithError } from "../rules.ts";
import type { Target, Wrong } from "../target.ts";

const PROVISION_SECRET = SECRETS[0];
/** Far above what a case takes, far below the time-outs of a scenario. */
const TIMEOUT = us(150_000);
const TIMEOUTS = { connect: TIMEOUT, accept: TIMEOUT, answer: TIMEOUT, login: TIMEOUT };
/** All time-outs one after the other, on a machine with other work. */
const MOST_MS = 20_000;

const ANSWER = '{"status":"SUCCESS","credentialsType":"ACCESS_TOKEN","credentialsValue":"tok"}';
const HTTP_ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`;

type Version = 3 | 4 | 5;
/** What a server would say to each packet of a device. */
function mqttReply(bytes: Buffer, version: Version): Buffer {
  const replies: Buffer[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on("packet", (packet) => {
    const options = { protocolVersion: version };
    if (packet.cmd === "connect") {
      replies.push(generate({ cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false }, options));
    }
    if (packet.cmd === "subscribe") {
      replies.push(generate({ cmd: "suback", messageId: packet.messageId ?? 1, granted: [1] }, options));
    }
    if (packet.cmd === "publish") {
      replies.push(generate({ cmd: "puback", messageId: packet.messageId ?? 1, reasonCode: 0 }, options));
      const message = {
        cmd: "publish",
        topic: "/provision/response",
        payload: ANSWER,
        qos: 0,
        dup: false,
        retain: false,
      } as const;
      replies.push(generate(message, options));
    }
  });
  reader.on("error", () => undefined);
  try {
    reader.parse(bytes);
  } catch {
    // Whatever it was, nothing is answered.
  }
  return Buffer.concat(replies);
}

/** What one server does with the bytes that come: the right answer, spoilt, or something else altogether. */
interface Script {
  dice: Dice;
  aim: Pick<Aim, "transport" | "mqttVersion">;
}

function answerTcp(socket: Socket, script: Script): void {
  const { dice, aim } = script;
  socket.on("error", () => undefined);
  const say = (bytes: Buffer): void => {
    if (!socket.destroyed && bytes.length > 0) socket.write(bytes);
  };
  if (dice.chance(0.1)) say(dice.bytes(dice.roll(100)));
  if (dice.chance(0.05)) {
    socket.destroy();
    return;
  }
  socket.on("data", (data: Buffer) => {
    const version = aim.mqttVersion === "5" ? 5 : aim.mqttVersion === "3.1" ? 3 : 4;
    const right = aim.transport === "mqtt" ? mqttReply(data, version) : Buffer.from(HTTP_ANSWER);
    const spoilt =
      aim.transport === "http" && dice.chance(0.5)
        ? Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${mutateJson(ANSWER, dice)}`)
        : mutateBytes(right, dice);
    say(dice.chance(0.5) ? right : spoilt);
    if (dice.chance(0.15)) socket.end();
    // One that is ending cannot be reset: Node would keep it for ever, and never end.
    if (dice.chance(0.1) && !(socket instanceof TLSSocket) && !socket.writableEnded) socket.resetAndDestroy();
  });
}

function coapReply(request: Buffer, dice: Dice): Buffer {
  if (dice.chance(0.1)) return dice.bytes(dice.roll(60));
  let right: Buffer;
  try {
    const { messageId, token } = parseCoap(request);
    const payload = Buffer.from(dice.chance(0.5) ? ANSWER : mutateJson(ANSWER, dice).slice(0, 1_000));
    const code = dice.pick(["2.04", "2.05", "4.04", "4.29", "5.00", "0.00", "7.31"]);
    const ids = dice.chance(0.9) ? { messageId, token } : { messageId: dice.roll(65_536), token: dice.bytes(4) };
    right = generateCoap({ code, ack: true, ...ids, payload });
  } catch {
    return dice.bytes(8);
  }
  return dice.chance(0.4) ? right : mutateBytes(right, dice);
}

const DEVICE: Device = {
  seq: seq(1),
  name: "d-1",
  credentials: { type: "ACCESS_TOKEN", token: new Secret("tok") },
  gateway: false,
  misbehaviour: undefined,
};

/** Every client, over every transport, before a server that says whatever it likes. */
export const clients: Target = {
  name: "clients",
  few: 20,
  open: async () => {
    let script: Script | undefined;
    const sockets = new Set<Socket>();
    const take = (socket: Socket): void => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      if (script !== undefined) answerTcp(socket, script);
    };
    const identity = await createServerIdentity();
    const plain = createServer(take);
    const tls = createTlsServer(identity, take).on("tlsClientError", () => undefined);
    const udp = createSocket("udp4");
    udp.on("message", (request, from) => {
      if (script === undefined) return;
      for (let times = script.dice.pick([0, 1, 1, 1, 1, 3]); times > 0; times -= 1) {
        udp.send(coapReply(request, script.dice), from.port, from.address);
      }
    });
    await Promise.all([
      new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve)),
      new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve)),
      new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve)),
    ]);

    return {
      try: async (dice) => {
        const transport = dice.pick(["mqtt", "mqtt", "http", "coap"] as const);
        const mqttVersion = dice.pick(["3.1", "3.1.1", "5"] as const);
        const secure = transport !== "coap" && dice.chance(0.2);
        script = { dice, aim: { transport, mqttVersion } };
        const listening = transport === "coap" ? udp.address() : (secure ? tls : plain).address();
        if (listening === null || typeof listening === "string") throw new Error("no port");
        const target: Aim = {
          transport,
          host: "127.0.0.1",
          port: listening.port,
          mqttVersion,
          client: dice.pick(["lean", "mqtt"] as const),
          payload: transport === "mqtt" && dice.chance(0.2) ? "protobuf" : "json",
          tls: secure ? { caFile: undefined, serverName: undefined, insecure: true } : undefined,
        };
        const from = performance.now();
        const wrong = (await provisionOnce(target)) ?? (await loginOnce(target));
        const tookMs = performance.now() - from;
        for (const socket of sockets) socket.destroy();
        const what = `${secure ? "TLS " : ""}${transport} ${mqttVersion} ${target.client}`;
        if (wrong !== undefined) return `${what}: ${wrong}`;
        return tookMs > MOST_MS ? `${what}: took ${Math.round(tookMs)} ms` : undefined;
      },
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        udp.close();
        await Promise.all([plain, tls].map((server) => new Promise((resolve) => server.close(resolve))));
      },
    };
  },
};

async function provisionOnce(target: Aim): Promise<Wrong> {
  const provisioning = {
    strategy: "allow-create",
    profile: undefined,
    key: "key",
    secret: new Secret(PROVISION_SECRET),
    secretSource: "literal",
  } as const;
  const provisioner: Provisioner = await createProvisioner({
    target,
    provisioning,
    timeouts: TIMEOUTS,
    fleet: { count: 1, seed: 1, names: { from: "list", names: ["d-1"] }, mix: [], gateway: false, misbehaviours: [] },
  });
  try {
    const reply = await provisioner.provision(DEVICE, () => undefined, new AbortController().signal);
    return secretIn(JSON.stringify(reply));
  } catch (error) {
    return error instanceof WireError ? wrongWithError(error) : `thrown: ${String(wrongWithError(error))}`;
  } finally {
    await provisioner.close();
  }
}

async function loginOnce(target: Aim): Promise<Wrong> {
  const login: Login = await createLogin(
    { runId: "f022e5", target, timeouts: TIMEOUTS, rollCall: { keepAliveSeconds: 60 } },
    false,
  );
  try {
    const credentials = DEVICE.credentials;
    if (credentials === undefined) throw new Error("no credentials");
    const { verdict } = await login.login(credentials, () => undefined, new AbortController().signal);
    return secretIn(JSON.stringify(verdict));
  } catch (error) {
    return error instanceof WireError ? wrongWithError(error) : `thrown: ${String(wrongWithError(error))}`;
  } finally {
    await login.close();
  }
}
