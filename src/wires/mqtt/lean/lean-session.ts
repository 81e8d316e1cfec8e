import type { Socket } from "node:net";
import { WireError } from "../../../model/ports.ts";
import type { MqttVersion } from "../../../model/plan.ts";
import { msFromUs, type Us } from "../../../model/units.ts";
import { toWireError } from "../../socket/failures.ts";
import { createKeepAliveWheel, type KeepAliveWheel, type KeptAlive, type Slot } from "./keep-alive-wheel.ts";
import { encodeConnect, encodePuback, encodePublish, encodeSubscribe, DISCONNECT, PINGREQ } from "./encode.ts";
import type { ServerPacket } from "./decode.ts";
import { PacketReader } from "./packet-reader.ts";
import { checkIdentity } from "../identity.ts";
import { type MqttSession, NOBODY, type SessionEnd, type SessionEvents, type SessionOptions } from "../session.ts";
import { openSocket, peerAt } from "../../socket/socket.ts";
import { turnAge } from "../../socket/turn.ts";
import { MalformedPacket, type Violation, violation } from "../violations.ts";

/** A session on sockets themselves, with a codec of its own: what a device needs for its provisioning and its login, and no more. */
export function openLeanSession(options: SessionOptions, events: SessionEvents): MqttSession {
  const session = new LeanSession(options, events);
  session.open(options);
  return session;
}

/** All sockets of this process read into it, one at a time: nothing of it is kept when a read has been handled. */
const INCOMING = Buffer.allocUnsafeSlow(64 * 1_024);

/** First byte of the packet. */
const PINGRESP = 0xd0;
/** Bytes that come in one packet of any network. */
const ONE_SEGMENT = 1_200;

/** By interval in seconds: in practice one. */
const wheels = new Map<number, KeepAliveWheel>();

/**
 * state      | leaves by
 * connecting | socket connected: accepting · connect time-out, error, close: over
 * accepting  | CONNACK 0: open · another CONNACK, accept time-out, error, close: over
 * open       | error, close, lapse of keep-alive, disconnect(), destroy(): over
 * over       | never; the socket's listeners stay, because it may fail after its end
 */
class LeanSession implements MqttSession, KeptAlive {
  answered = true;
  private state: "connecting" | "accepting" | "open" | "over" = "connecting";
  private readonly version: MqttVersion;
  private readonly encrypted: boolean;
  /** With its credentials: until it is let in. */
  private options: SessionOptions | undefined;
  private events: SessionEvents;
  private readonly reader: PacketReader;
  private socket: Socket | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private wheel: KeepAliveWheel | undefined;
  private slot: Slot | undefined;
  private lastId = 0;
  // Ids of what has no acknowledgement yet.
  private subscribed: number | undefined;
  private published: number | undefined;
  /** A SUBSCRIBE that waits for the PUBLISH behind it, to go in one write. */
  private waiting: Buffer | undefined;
  /** Id of a message that is being handled and will be acknowledged. */
  private owed: number | undefined;
  private disconnected: Extract<ServerPacket, { readonly kind: "disconnect" }> | undefined;

  constructor(options: SessionOptions, events: SessionEvents) {
    this.version = options.mqttVersion;
    this.encrypted = options.endpoint.tls !== undefined;
    this.options = options;
    this.events = events;
    this.reader = new PacketReader(options.mqttVersion);
  }

  /** What it leaves on the socket knows this session and nothing else: a held one has it for hours. */
  open(options: SessionOptions): void {
    this.startDeadline(options.connectTimeout, "connect-timeout", "no connection");
    try {
      checkIdentity(options);
      const socket = openSocket(options.endpoint, () => this.onConnected(), this.watch());
      socket.on("error", (error) => this.end({ kind: "failed", error: toWireError(error) }));
      socket.on("close", () => {
        this.end({ kind: "closed", reasonCode: this.disconnected?.reasonCode, said: this.disconnected?.said });
      });
      this.socket = socket;
    } catch (error) {
      setImmediate(() => this.end({ kind: "failed", error: toWireError(error) }));
    }
  }

  private watch(): Parameters<typeof openSocket>[2] {
    const { leaves } = this.events;
    return {
      leaves,
      opened:
        "opened" in this.events
          ? (peer: string | undefined) => void (this.state === "over" || this.events.opened?.(peer))
          : undefined,
      shown: "shown" in this.events ? () => void (this.state === "over" || this.events.shown?.()) : undefined,
      onread: { buffer: INCOMING, callback: (count) => this.onBytes(count) },
    };
  }

  listen(events: SessionEvents): void {
    this.events = events;
  }

  subscribe(topic: string, qos: 0 | 1): void {
    this.flush();
    this.subscribed = this.nextId();
    this.waiting = encodeSubscribe(this.version, this.subscribed, topic, qos);
    // With the next PUBLISH, if it is sent before anything else happens.
    queueMicrotask(() => this.flush());
  }

  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1): void {
    const id = qos === 1 ? (this.published = this.nextId()) : 0;
    const packet = encodePublish(this.version, id, topic, payload, qos);
    const { waiting } = this;
    this.waiting = undefined;
    this.socket?.write(waiting === undefined ? packet : Buffer.concat([waiting, packet]));
  }

  disconnect(): void {
    if (this.state !== "open") return this.destroy();
    this.flush();
    this.leave();
    const { socket, owed } = this;
    // The message that is being handled is acknowledged first; one write for both.
    socket?.write(owed === undefined ? DISCONNECT : Buffer.concat([encodePuback(owed), DISCONNECT]));
    // What the kernel has taken is sent though the socket is closed; TLS has layers of its own between.
    if (!this.encrypted && socket?.writableLength === 0) socket.destroy();
    else socket?.destroySoon();
  }

  destroy(): void {
    this.leave();
    this.socket?.destroy();
  }

  ping(): void {
    this.answered = false;
    this.socket?.write(PINGREQ);
  }

  lapse(): void {
    this.end({ kind: "failed", error: new WireError("answer-timeout", "Keepalive timeout") });
  }

  private startDeadline(time: Us, kind: "connect-timeout" | "accept-timeout", what: string): void {
    const ms = msFromUs(time);
    this.deadline = setTimeout(() => {
      this.end({ kind: "failed", error: new WireError(kind, `${what} within ${ms} ms`) });
    }, ms);
  }

  private endDeadline(): void {
    clearTimeout(this.deadline);
    this.deadline = undefined;
  }

  private onConnected(): void {
    const { options } = this;
    if (this.state !== "connecting" || options === undefined) return;
    this.state = "accepting";
    this.endDeadline();
    this.startDeadline(options.acceptTimeout, "accept-timeout", "no CONNACK");
    this.events.connected?.(peerAt(options.endpoint, this.socket));
    this.socket?.write(encodeConnect(options, options.keepAliveSeconds));
  }

  private onBytes(count: number): boolean {
    if (this.state === "over") return true;
    // Nothing else comes to most of those that are held.
    if (count === 2 && INCOMING[0] === PINGRESP && INCOMING[1] === 0 && this.state === "open" && this.reader.isIdle()) {
      this.answered = true;
      return true;
    }
    // With TLS a read of the socket may have become several of these.
    const age = this.encrypted ? undefined : turnAge();
    /** See SessionEvents.message; of the first packet of a read, and of no other. */
    let waited = count <= ONE_SEGMENT && this.reader.isIdle() ? age : undefined;
    try {
      this.reader.read(INCOMING, count, (packet) => {
        const own = waited;
        waited = undefined;
        return this.onPacket(packet, own);
      });
    } catch (error) {
      if (error instanceof WireError) this.end({ kind: "failed", error });
      else if (error instanceof MalformedPacket) this.break("malformed", error);
      else throw error;
    }
    return true;
  }

  private onPacket(packet: ServerPacket, waited: number | undefined): boolean {
    switch (packet.kind) {
      case "connack":
        this.onConnack(packet);
        break;
      case "suback":
        if (packet.id === this.published) this.break("wrongAcknowledgement");
        else if (packet.id === this.subscribed) {
          this.subscribed = undefined;
          this.events.subscribed?.();
        }
        break;
      case "puback":
        if (packet.id === this.subscribed) this.break("wrongAcknowledgement");
        else if (packet.id === this.published) {
          this.published = undefined;
          this.events.acknowledged?.(packet.reasonCode, packet.said);
        }
        break;
      case "publish":
        this.onPublish(packet, waited);
        break;
      case "pingresp":
        this.answered = true;
        break;
      case "disconnect":
        this.disconnected = packet;
        break;
      case "unexpected":
        this.break("unexpected");
    }
    return this.going();
  }

  /** A method, because the compiler does not know that a handler may have ended the session. */
  private going(): boolean {
    return this.state !== "over";
  }

  private onConnack({ code, keepAliveSeconds, said }: Extract<ServerPacket, { readonly kind: "connack" }>): void {
    if (code !== 0) return this.end({ kind: "refused", code, said });
    if (this.state !== "accepting") return this.break("duplicateConnack");
    this.state = "open";
    this.endDeadline();
    this.keepAlive(this.options?.keepAliveSeconds ?? 0, keepAliveSeconds);
    this.options = undefined;
    this.events.accepted();
  }

  /** The server's interval goes before the client's own, if that has one (MQTT 5, 3.2.2.3.14). */
  private keepAlive(own: number, ofServer: number | undefined): void {
    if (own === 0) return;
    const seconds = ofServer === undefined || ofServer === 0 ? own : ofServer;
    let wheel = wheels.get(seconds);
    if (wheel === undefined) wheels.set(seconds, (wheel = createKeepAliveWheel(seconds)));
    this.wheel = wheel;
    this.slot = wheel.add(this);
  }

  /** A message before CONNACK is nobody's; QoS 2, which nobody asked for, is not acknowledged. */
  private onPublish(
    { topic, payload, qos, id, aliased }: Extract<ServerPacket, { kind: "publish" }>,
    waited: number | undefined,
  ): void {
    if (this.state === "open") {
      if (qos === 1) this.owed = id;
      this.events.message?.(topic, payload, waited);
    }
    if (!this.going()) return;
    if (aliased) return this.break("topicAlias");
    if (this.owed === undefined) return;
    this.socket?.write(encodePuback(this.owed));
    this.owed = undefined;
  }

  /** 1 to 65,535 (MQTT 3.1.1, 2.3.1): a session that stays may have published more often. */
  private nextId(): number {
    this.lastId = (this.lastId % 65_535) + 1;
    return this.lastId;
  }

  private flush(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    if (this.going()) this.socket?.write(waiting);
  }

  private break(how: Violation, cause?: unknown): void {
    this.end({ kind: "failed", error: violation(how, cause) });
  }

  private end(how: SessionEnd): void {
    if (this.state === "over") return;
    const { events } = this;
    this.destroy();
    events.ended(how);
  }

  private leave(): void {
    this.state = "over";
    this.events = NOBODY;
    this.options = undefined;
    this.endDeadline();
    if (this.slot !== undefined) this.wheel?.delete(this, this.slot);
  }
}
