import type { Socket } from "node:net";
import { type IClientOptions, MqttClient } from "mqtt";
import type { Packet } from "mqtt-packet";
import { WireError } from "../../model/ports.ts";
import { msFromUs, type Us } from "../../model/units.ts";
import { MAX_ANSWER_BYTES, tooLong } from "../answer-limit.ts";
import { toWireError } from "../socket/failures.ts";
import { checkIdentity } from "./identity.ts";
import { createPacketIds, forgetfulStore } from "./light-client-parts.ts";
import { createPacketWatch } from "./packet-limit.ts";
import { PROTOCOL } from "./protocol.ts";
import type { MqttSession, SessionEnd, SessionEvents, SessionOptions } from "./session.ts";
import { wordsOf } from "./server-words.ts";
import { openSocket, peerOf } from "../socket/socket.ts";
import { type Violation, violation } from "./violations.ts";

/** DISCONNECT without a reason, the same two bytes in every version. */
const DISCONNECT = Buffer.from([0xe0, 0x00]);

/** The client's own deadline is not used: ours tell connecting from accepting. */
const NEVER_MS = 2 ** 31 - 1;

const silent = () => undefined;

/**
 * A session on the `mqtt` package, set up for load: no reconnect, no stores, no packet cache, own socket and deadlines.
 *
 * state      | leaves by
 * connecting | socket connected: accepting · connect time-out, error, close: over
 * accepting  | CONNACK 0: open · another CONNACK, accept time-out, error, close: over
 * open       | error, close, disconnect(), destroy(): over
 * over       | never; the listeners stay, because the client may emit an error after its end
 */
export function openMqttJsSession(options: SessionOptions, first: SessionEvents): MqttSession {
  let events = first;
  let state: "connecting" | "accepting" | "open" | "over" = "connecting";
  let failure: WireError | undefined;
  let disconnected: Extract<Packet, { readonly cmd: "disconnect" }> | undefined;
  // Ids of what has no acknowledgement yet.
  let subscribed: number | undefined;
  let published: number | undefined;
  let deadline = startDeadline(options.connectTimeout, "connect-timeout", "no connection");
  let socket: Socket | undefined;
  // Only who asks for them pays for these.
  const watch = {
    leaves: events.leaves,
    opened:
      "opened" in events ? (peer: string | undefined) => void (state === "over" || events.opened?.(peer)) : undefined,
    shown: "shown" in events ? () => void (state === "over" || events.shown?.()) : undefined,
  };
  let client: MqttClient | undefined;
  open();

  function open(): void {
    try {
      checkIdentity(options);
      if (options.endpoint.proxyProtocol === undefined) return connectWith(onConnected);
      // The client writes at once, and what is written to a socket first is first: it gets this one when the header is out.
      const headed = openSocket(
        options.endpoint,
        () => {
          if (state === "over") return;
          speakOver(() => headed);
          onConnected();
        },
        watch,
      );
      socket = headed;
      watchSocket();
      headed.on("close", onClose);
    } catch (error) {
      onError(error);
    }
  }

  function connectWith(connected: () => void): void {
    speakOver(() => (socket = openSocket(options.endpoint, connected, watch)));
    watchSocket();
  }

  function speakOver(open: () => Socket): void {
    client = new MqttClient(open, clientOptions(options));
    client.on("packetreceive", onPacket);
    client.on("error", (error) => onError(isOfTheCodec(error) ? violation("malformed", error) : error));
    client.on("close", onClose);
  }

  function watchSocket(): void {
    // The client keeps errors without a code to itself.
    socket?.on("error", onError);
    const watchPackets = createPacketWatch(MAX_ANSWER_BYTES);
    socket?.on("data", (chunk: Buffer) => {
      if (state === "over") return;
      const length = watchPackets(chunk);
      if (length !== undefined) end({ kind: "failed", error: tooLong(length) });
    });
  }

  function startDeadline(time: Us, kind: "connect-timeout" | "accept-timeout", what: string): NodeJS.Timeout {
    const ms = msFromUs(time);
    return setTimeout(() => end({ kind: "failed", error: new WireError(kind, `${what} within ${ms} ms`) }), ms);
  }

  function onConnected(): void {
    if (state !== "connecting") return;
    state = "accepting";
    clearTimeout(deadline);
    deadline = startDeadline(options.acceptTimeout, "accept-timeout", "no CONNACK");
    events.connected?.(peerOf(socket));
  }

  function onPacket(packet: Packet): void {
    if (state === "over") return;
    switch (packet.cmd) {
      case "connack":
        return onConnack(
          options.mqttVersion === "5" ? packet.reasonCode : packet.returnCode,
          wordsOf(packet.properties),
        );
      case "suback":
        if (packet.messageId === published) return breakOff("wrongAcknowledgement");
        if (packet.messageId !== subscribed) return;
        subscribed = undefined;
        return events.subscribed?.();
      case "puback":
        if (packet.messageId === subscribed) return breakOff("wrongAcknowledgement");
        if (packet.messageId !== published) return;
        published = undefined;
        return events.acknowledged?.(packet.reasonCode ?? 0, wordsOf(packet.properties));
      case "publish":
        if (state === "open") events.message?.(packet.topic, asBytes(packet.payload));
        return packet.properties?.topicAlias === undefined ? undefined : breakOff("topicAlias");
      case "disconnect":
        disconnected = packet;
        return;
      case "pingresp":
        return;
      default:
        return breakOff("unexpected");
    }
  }

  /** `code` is missing from a CONNACK that ends before it, which the codec lets through. */
  function onConnack(code: number | null | undefined, said: string | undefined): void {
    if (typeof code !== "number") return breakOff("malformed");
    if (code !== 0) return end({ kind: "refused", code, said });
    if (state !== "accepting") return breakOff("duplicateConnack");
    state = "open";
    clearTimeout(deadline);
    // Only now does the client itself know: it may send when this handler has returned.
    client?.once("connect", () => {
      if (state === "open") events.accepted();
    });
  }

  /** The codec reports bad bytes before the good packets of the same chunk are handed out: those come first. */
  function onError(error: unknown): void {
    failure ??= toWireError(error);
    setImmediate(onClose);
  }

  function onClose(): void {
    if (failure !== undefined) return end({ kind: "failed", error: failure });
    end({ kind: "closed", reasonCode: disconnected?.reasonCode, said: wordsOf(disconnected?.properties) });
  }

  function breakOff(how: Violation): void {
    end({ kind: "failed", error: violation(how) });
  }

  function end(how: SessionEnd): void {
    if (state === "over") return;
    destroy();
    events.ended(how);
  }

  function over(): void {
    state = "over";
    clearTimeout(deadline);
  }

  function destroy(): void {
    over();
    if (client === undefined) socket?.destroy();
    else client.end(true);
  }

  return {
    subscribe(topic, qos) {
      client?.subscribe(topic, { qos }, silent);
      subscribed = client?.getLastMessageId();
    },
    publish(topic, payload, qos) {
      client?.publish(topic, typeof payload === "string" ? payload : Buffer.from(payload), { qos }, silent);
      if (qos === 1) published = client?.getLastMessageId();
    },
    listen(others) {
      events = others;
    },
    disconnect() {
      if (state !== "open") return destroy();
      over();
      // The client acknowledges a message when its handler has returned, that is, before this; one write for both.
      socket?.cork();
      queueMicrotask(() => {
        // Not the client's own end: it waits for acknowledgements that ThingsBoard up to 3.8 never sends.
        socket?.write(DISCONNECT);
        socket?.destroySoon();
      });
    },
    destroy,
  };
}

/** The client hands on errors of sockets, which have a code of the system, and its own. */
function isOfTheCodec(error: Error): boolean {
  const code = "code" in error ? error.code : undefined;
  return typeof code !== "string" && error.message !== "Keepalive timeout";
}

/** A fresh object each time: the client writes into it. */
function clientOptions(options: SessionOptions): IClientOptions {
  return {
    ...PROTOCOL[options.mqttVersion],
    clientId: options.clientId,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    clean: true,
    keepalive: options.keepAliveSeconds,
    reschedulePings: false,
    timerVariant: "native",
    reconnectPeriod: 0,
    connectTimeout: NEVER_MS,
    resubscribe: false,
    queueQoSZero: false,
    writeCache: false,
    messageIdProvider: createPacketIds(),
    outgoingStore: forgetfulStore,
    incomingStore: forgetfulStore,
    log: silent,
  };
}

function asBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}
