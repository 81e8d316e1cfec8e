import type { Socket } from "node:net";
import { type IClientOptions, MqttClient } from "mqtt";
import type { Packet } from "mqtt-packet";
import type { MqttVersion } from "../model/plan.ts";
import { WireError } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { toWireError } from "./failures.ts";
import { createPacketIds, forgetfulStore } from "./light-client-parts.ts";
import type { MqttSession, SessionEnd, SessionEvents, SessionOptions } from "./session.ts";
import { openSocket } from "./socket.ts";

const PROTOCOL = {
  "3.1": { protocolId: "MQIsdp", protocolVersion: 3 },
  "3.1.1": { protocolId: "MQTT", protocolVersion: 4 },
  "5": { protocolId: "MQTT", protocolVersion: 5 },
} as const satisfies Record<MqttVersion, Pick<IClientOptions, "protocolId" | "protocolVersion">>;

/** DISCONNECT without a reason, the same two bytes in every version. */
const DISCONNECT = Buffer.from([0xe0, 0x00]);

/** The client's own deadline is not used: ours tell connecting from accepting. */
const NEVER_MS = 2 ** 31 - 1;

const silent = () => undefined;

/** A session on the `mqtt` package, set up for load: no reconnect, no stores, no packet cache, own socket and deadlines. */
export function openMqttJsSession(options: SessionOptions, events: SessionEvents): MqttSession {
  let state: "connecting" | "accepting" | "open" | "over" = "connecting";
  let disconnectReason: number | undefined;
  let deadline = setTimeout(
    () => end(failure("connect-timeout", `no connection within ${msFromUs(options.connectTimeout)} ms`)),
    msFromUs(options.connectTimeout),
  );

  let socket: Socket | undefined;
  const client = new MqttClient(
    () => {
      socket = openSocket(options.endpoint, onConnected);
      return socket;
    },
    {
      ...PROTOCOL[options.mqttVersion],
      clientId: options.clientId,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      clean: true,
      keepalive: options.keepAliveSeconds,
      reschedulePings: false,
      reconnectPeriod: 0,
      connectTimeout: NEVER_MS,
      resubscribe: false,
      queueQoSZero: false,
      writeCache: false,
      messageIdProvider: createPacketIds(),
      outgoingStore: forgetfulStore,
      incomingStore: forgetfulStore,
      log: silent,
    },
  );
  client.on("packetreceive", onPacket);
  client.on("close", () => end({ kind: "closed", reasonCode: disconnectReason }));
  // The codec reports bad bytes before the good packets of the same chunk are handed out: those come first.
  client.on("error", (error) => {
    setImmediate(() => end({ kind: "failed", error: toWireError(error) }));
  });
  // Errors without a code are swallowed by the client; and after the end nobody else listens.
  socket?.on("error", silent);

  function onConnected(): void {
    if (state !== "connecting") return;
    state = "accepting";
    clearTimeout(deadline);
    deadline = setTimeout(
      () => end(failure("accept-timeout", `no CONNACK within ${msFromUs(options.acceptTimeout)} ms`)),
      msFromUs(options.acceptTimeout),
    );
    events.connected?.();
  }

  function onPacket(packet: Packet): void {
    if (state === "over") return;
    switch (packet.cmd) {
      case "connack": {
        const code = (options.mqttVersion === "5" ? packet.reasonCode : packet.returnCode) ?? 0;
        if (code !== 0) return end({ kind: "refused", code });
        state = "open";
        clearTimeout(deadline);
        // Only now does the client itself know: it may send when this handler has returned.
        client.once("connect", () => {
          if (state === "open") events.accepted();
        });
        return;
      }
      case "suback":
        return events.subscribed?.();
      case "puback":
        return events.acknowledged?.(packet.reasonCode ?? 0);
      case "publish":
        return events.message?.(packet.topic, asBytes(packet.payload));
      case "disconnect":
        disconnectReason = packet.reasonCode;
        return;
      default:
        return;
    }
  }

  function over(): void {
    state = "over";
    clearTimeout(deadline);
  }

  function end(how: SessionEnd): void {
    if (state === "over") return;
    over();
    client.end(true);
    events.ended(how);
  }

  return {
    subscribe(topic, qos) {
      client.subscribe(topic, { qos }, silent);
    },
    publish(topic, payload, qos) {
      client.publish(topic, typeof payload === "string" ? payload : Buffer.from(payload), { qos }, silent);
    },
    disconnect() {
      if (state === "over") return;
      over();
      // The client's own end waits for acknowledgements that ThingsBoard up to 3.8 never sends.
      socket?.write(DISCONNECT);
      socket?.destroySoon();
      client.end(true);
    },
    destroy() {
      if (state === "over") return;
      over();
      client.end(true);
    },
  };
}

function failure(kind: "connect-timeout" | "accept-timeout", detail: string): SessionEnd {
  return { kind: "failed", error: new WireError(kind, detail) };
}

function asBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}
