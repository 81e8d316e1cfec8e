import { setImmediate } from "node:timers/promises";
import type { Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { MqttVersion } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { usFromMs } from "../../../src/model/units.ts";
import type { MqttSession, OpenSession, SessionEnd, SessionOptions } from "../../../src/wires/mqtt/session.ts";
import type { Endpoint } from "../../../src/wires/socket/endpoint.ts";
import { CLIENTS } from "../../contract/mqtt-harness.ts";
import { type MqttScript, startMqttServer } from "../../contract/mqtt-server.ts";
import { startScriptedServer } from "../../contract/scripted-server.ts";

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

const CONNACK: Packet = { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false };
const PUBACK_0: Packet = { cmd: "puback", messageId: 0, reasonCode: 0 };
const MESSAGE: Packet = { cmd: "publish", topic: "t", payload: "p", qos: 1, messageId: 9, dup: false, retain: false };

/** What happened on a session, in order; `act` is called when it is accepted. */
function watchSession(
  openSession: OpenSession,
  port: number,
  part: Partial<SessionOptions>,
  act: (session: MqttSession) => void = () => undefined,
  onMessage: () => void = () => undefined,
): { readonly session: MqttSession; readonly seen: readonly string[]; readonly ended: Promise<SessionEnd> } {
  const seen: string[] = [];
  const ended = Promise.withResolvers<SessionEnd>();
  const endpoint: Endpoint = { host: "127.0.0.1", port, tls: undefined };
  const far = usFromMs(20_000);
  const session: MqttSession = openSession(
    {
      endpoint,
      mqttVersion: "3.1.1",
      clientId: "c",
      username: "u",
      password: undefined,
      keepAliveSeconds: 0,
      connectTimeout: far,
      acceptTimeout: far,
      ...part,
    },
    {
      connected: () => seen.push("connected"),
      accepted: () => {
        seen.push("accepted");
        act(session);
      },
      subscribed: () => seen.push("subscribed"),
      acknowledged: (code) => seen.push(`acknowledged ${code}`),
      message: (topic) => {
        seen.push(`message ${topic}`);
        onMessage();
      },
      ended: (end) => {
        seen.push(end.kind);
        ended.resolve(end);
      },
    },
  );
  return { session, seen, ended: ended.promise };
}

/** A server that records which packets it got, and accepts. */
async function recordPackets(version: MqttVersion, script: MqttScript = () => undefined) {
  const packets: Packet[] = [];
  const server = await startMqttServer(version, (packet, line) => {
    packets.push(packet);
    if (packet.cmd === "connect") line.send(CONNACK);
    script(packet, line);
  });
  return { server, packets, names: () => packets.map(({ cmd }) => cmd) };
}

describe.each(Object.entries(CLIENTS))("a session of client %s", (_client, openSession) => {
  const watch = (...[port, part, act, onMessage]: Tail<Parameters<typeof watchSession>>) =>
    watchSession(openSession, port, part, act, onMessage);

  it.each(["3.1", "3.1.1", "5"] as const)("says goodbye before it closes, in MQTT %s", async (mqttVersion) => {
    const { server, names } = await recordPackets(mqttVersion);
    await using _ = server;
    const accepted = Promise.withResolvers<void>();
    const { session, seen } = watch(server.port, { mqttVersion }, () => accepted.resolve());
    await accepted.promise;
    session.subscribe("a", 1);
    session.publish("b", "payload", 1);
    session.publish("b", new Uint8Array([1, 2]), 0);
    session.disconnect();
    await server.idle();
    expect(names()).toEqual(["connect", "subscribe", "publish", "publish", "disconnect"]);
    expect(seen).toEqual(["connected", "accepted"]);
  });

  it("tells what happens to those who listen last, and nothing to those before", async () => {
    const { server } = await recordPackets("3.1.1", (packet, line) => {
      if (packet.cmd === "publish" && packet.topic === "b")
        line.send({ ...PUBACK_0, messageId: packet.messageId ?? 0 });
      if (packet.cmd === "publish" && packet.topic === "c") line.send(MESSAGE, { ...CONNACK });
    });
    await using _ = server;
    const heard: string[] = [];
    const ended = Promise.withResolvers<SessionEnd>();
    const { session, seen } = watch(server.port, {}, (open) => {
      open.listen({
        accepted: () => heard.push("accepted"),
        acknowledged: (code) => {
          heard.push(`acknowledged ${code}`);
          session.publish("c", "payload", 0);
        },
        message: (topic) => heard.push(`message ${topic}`),
        ended: (end) => ended.resolve(end),
      });
      open.publish("b", "payload", 1);
    });
    expect(await ended.promise).toMatchObject({ kind: "failed", error: { kind: "protocol-error" } });
    expect(heard).toEqual(["acknowledged 0", "message t"]);
    expect(seen).toEqual(["connected", "accepted"]);
  });

  it("acknowledges a message before it says goodbye, if it does so while the message is handled", async () => {
    const { server, names } = await recordPackets("3.1.1", (packet, line) => {
      if (packet.cmd === "connect") line.send(MESSAGE, MESSAGE);
    });
    await using _ = server;
    const handled = Promise.withResolvers<void>();
    const { session, seen } = watch(server.port, {}, undefined, () => {
      session.disconnect();
      handled.resolve();
    });
    await handled.promise;
    await server.idle();
    expect(seen).toEqual(["connected", "accepted", "message t"]);
    expect(names()[1]).toBe("puback");
    expect(names().at(-1)).toBe("disconnect");
  });

  it("takes no acknowledgement for its own that names another packet", async () => {
    const { server } = await recordPackets("3.1.1", (packet, line) => {
      if (packet.cmd !== "publish") return;
      const messageId = packet.messageId ?? 0;
      line.send(
        { ...PUBACK_0, messageId: messageId + 7 },
        { ...PUBACK_0, messageId },
        { ...PUBACK_0, messageId },
        { cmd: "suback", messageId: messageId + 7, granted: [1] },
      );
      line.socket.end();
    });
    await using _ = server;
    const { seen, ended } = watch(server.port, {}, (session) => session.publish("t", "p", 1));
    expect(await ended).toEqual({ kind: "closed", reasonCode: undefined });
    expect(seen).toEqual(["connected", "accepted", "acknowledged 0", "closed"]);
  });

  it("hands out what came before bad bytes in the same chunk", async () => {
    const { server } = await recordPackets("3.1.1", (packet, line) => {
      if (packet.cmd !== "publish") return;
      const puback = line.encode({ ...PUBACK_0, messageId: packet.messageId ?? 0 });
      line.socket.write(Buffer.concat([puback, Buffer.from([0x00, 0x00])]));
    });
    await using _ = server;
    const { seen, ended } = watch(server.port, {}, (session) => session.publish("t", "p", 1));
    expect(await ended).toMatchObject({ kind: "failed", error: { kind: "protocol-error" } });
    expect(seen).toEqual(["connected", "accepted", "acknowledged 0", "failed"]);
  });

  it.each([
    ["in one chunk", true],
    ["in two", false],
  ])("takes a refusal and the illegal DISCONNECT after it for one end, %s", async (_, together) => {
    await using server = await startMqttServer("5", (packet, line) => {
      if (packet.cmd !== "connect") return;
      const refusal = line.encode({ cmd: "connack", reasonCode: 0x85, sessionPresent: false });
      const goodbye = Buffer.from([0xe0, 0x02, 0x85, 0x00]);
      if (together) return void line.socket.end(Buffer.concat([refusal, goodbye]));
      line.socket.write(refusal, () => void setImmediate().then(() => line.socket.end(goodbye)));
    });
    const { seen, ended } = watch(server.port, { mqttVersion: "5" });
    expect(await ended).toEqual({ kind: "refused", code: 0x85 });
    await server.idle();
    expect(seen).toEqual(["connected", "refused"]);
  });

  it("tells why an MQTT 5 server closed", async () => {
    const { server } = await recordPackets("5", (packet, line) => {
      if (packet.cmd === "connect") line.send({ cmd: "disconnect", reasonCode: 0x8e });
      line.socket.end();
    });
    await using _ = server;
    const { ended } = watch(server.port, { mqttVersion: "5" });
    expect(await ended).toEqual({ kind: "closed", reasonCode: 0x8e });
  });

  it("pings while it is held, and ends when nobody answers", async () => {
    const { server, names } = await recordPackets("3.1.1");
    await using _ = server;
    const { ended } = watch(server.port, { keepAliveSeconds: 1 });
    expect(await ended).toMatchObject({ kind: "failed", error: { kind: "answer-timeout" } });
    expect(names()).toEqual(["connect", "pingreq"]);
  });

  it("stays open as long as pings are answered, and pings no more after its end", async () => {
    const twice = Promise.withResolvers<void>();
    let pings = 0;
    const { server, names } = await recordPackets("3.1.1", (packet, line) => {
      if (packet.cmd !== "pingreq") return;
      pings += 1;
      line.send({ cmd: "pingresp" });
      if (pings === 2) twice.resolve();
    });
    await using _ = server;
    const { session, seen } = watch(server.port, { keepAliveSeconds: 1 });
    await twice.promise;
    session.disconnect();
    await server.idle();
    expect(names()).toEqual(["connect", "pingreq", "pingreq", "disconnect"]);
    expect(seen).toEqual(["connected", "accepted"]);
  });

  it("gives up on a handshake that nobody answers", async () => {
    await using server = await startScriptedServer((socket) => socket.resume());
    const tls = { ca: undefined, serverName: undefined, insecure: true, identity: undefined };
    const { ended } = watch(server.port, {
      endpoint: { host: "127.0.0.1", port: server.port, tls },
      connectTimeout: usFromMs(50),
    });
    expect(await ended).toMatchObject({
      kind: "failed",
      error: { kind: "connect-timeout", detail: "no connection within 50 ms" },
    });
    await server.idle();
  });

  it("fails, later, for a certificate that cannot be read", async () => {
    await using server = await startScriptedServer(() => undefined);
    const identity = { certificate: "no certificate", privateKey: new Secret("no key") };
    const tls = { ca: undefined, serverName: undefined, insecure: true, identity };
    const { session, seen, ended } = watch(server.port, { endpoint: { host: "127.0.0.1", port: server.port, tls } });
    expect(seen).toEqual([]);
    expect(await ended).toMatchObject({ kind: "failed", error: { kind: "tls-failed" } });
    session.destroy();
    session.disconnect();
    expect(server.connections).toBe(0);
  });

  it("fails for credentials that no CONNECT can carry", async () => {
    const { server } = await recordPackets("3.1.1");
    await using _ = server;
    const { ended } = watch(server.port, { username: undefined, password: "p" });
    expect(await ended).toMatchObject({
      kind: "failed",
      error: { kind: "protocol-error", detail: "a password needs a user name" },
    });
  });

  it.each(["destroy", "disconnect"] as const)("after %s() while it connects, nothing happens any more", async (how) => {
    const { server } = await recordPackets("3.1.1");
    await using _ = server;
    const { session, seen } = watch(server.port, {});
    session[how]();
    session[how]();
    await setImmediate();
    await server.idle();
    expect(seen).toEqual([]);
  });
});
