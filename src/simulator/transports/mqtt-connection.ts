import type { Socket } from "node:net";
import type { IConnectPacket, Packet } from "mqtt-packet";
import type { AddressLimits } from "./address-limits.ts";
import type { Authenticator, LoginResult } from "../core/authenticator.ts";
import type { PeerCertificates } from "../core/certificates.ts";
import type { DeviceRecord } from "../core/device-store.ts";
import { createDeviceSession } from "./device-session.ts";
import type { DeviceSessions } from "../core/device-sessions.ts";
import { type FaultPicker, delayOf } from "../core/faults.ts";
import { breakLink } from "./link-faults.ts";
import { type Link, type LoginRefusal, REASON, type Session } from "./link.ts";
import { INCOMPLETE, type MqttDecoder, type ProtocolVersion, TOO_LARGE, packetEnd } from "./mqtt-decoder.ts";
import { encodeConnack, encodeDisconnect } from "./mqtt-encoder.ts";
import { type ProvisionSessionDeps, createProvisionSession } from "./provision-session.ts";
import { isEncrypted, type Resets } from "./resets.ts";
import type { Tally } from "../core/tally.ts";
import type { TransportLimits } from "./transport-limits.ts";

export interface ConnectionDeps extends ProvisionSessionDeps {
  readonly faults: FaultPicker;
  readonly tally: Tally;
  readonly decoder: MqttDecoder;
  readonly sessions: DeviceSessions;
  readonly authenticator: Authenticator;
  readonly limits: TransportLimits;
  readonly addresses: AddressLimits;
  readonly resets: Resets;
  /** Bytes behind the fixed header of a packet. */
  readonly maxPacket: number;
}

const PROVISION = "provision";
const SERVER_UNAVAILABLE = 3;
/** Messages that wait for a login; one more closes the connection (MTH:342-353). */
const MAX_QUEUED = 100;

/** How long a half-open connection is kept: beyond every time-out of a device. */
const FROZEN_MS = 120_000;

/**
 * One MQTT connection:
 *
 *     fresh --CONNECT as provision--> provision session
 *       |  \--CONNECT--> logging in --admitted--> device session
 *       |                     \--refused--> closed
 *       `--any other packet: queued, not answered
 *
 * A second CONNECT is processed like the first, but a provision session stays one for ever (MTH:280-283).
 */
export class MqttConnection implements Link {
  readonly #deps: ConnectionDeps;
  readonly #socket: Socket;
  readonly #peer: PeerCertificates | undefined;
  readonly #address: string;
  #version: ProtocolVersion | undefined;
  #session: Session | undefined;
  #provisionOnly = false;
  #open = true;
  /** Bytes of a packet whose end has not come yet. */
  #rest: Buffer | undefined;
  #queued: Packet[] = [];
  #receiving = false;
  /** While packets are received: what goes out with the next bytes. */
  #held: Buffer | undefined;

  constructor(deps: ConnectionDeps, socket: Socket, peer: PeerCertificates | undefined) {
    this.#deps = deps;
    this.#socket = socket;
    this.#peer = peer;
    deps.tally.connections += 1;
    deps.tally.open += 1;
    socket.on("error", () => {
      // A reset by the client: "close" follows, nothing else is to be done.
    });
    socket.on("close", () => this.#closed());
    // Asking for it takes a call of the kernel.
    this.#address = deps.addresses.limited ? (socket.remoteAddress ?? "") : "";
    if (deps.addresses.blocks(this.#address)) this.drop();
    else this.#accept();
  }

  get version(): ProtocolVersion {
    return this.#version ?? 4;
  }

  get open(): boolean {
    return this.#open;
  }

  write(bytes: Buffer): void {
    if (!this.#open) return;
    const held = this.#held;
    this.#held = undefined;
    this.#socket.write(held === undefined ? bytes : Buffer.concat([held, bytes]));
  }

  hold(bytes: Buffer): void {
    if (!this.#receiving) return this.write(bytes);
    this.#held = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.write(held);
  }

  close(reason: number): void {
    if (this.#version === 5 && this.#deps.traits.disconnectPacket) this.write(encodeDisconnect(reason));
    this.drop();
  }

  drop(): void {
    this.#release();
    this.#open = false;
    this.#socket.destroySoon();
  }

  part(): void {
    if (this.#version === 5) return this.close(REASON.success);
    // Nobody reads any more: closing says the same as ending first. TLS has a word of its own for it.
    if (isEncrypted(this.#socket) || this.#socket.writableLength > 0) return this.drop();
    this.#release();
    this.#open = false;
    this.#socket.destroy();
  }

  reset(): void {
    this.#release();
    this.#open = false;
    this.#deps.resets.reset(this.#socket);
  }

  freeze(): void {
    this.#release();
    this.#open = false;
    this.#socket.pause();
    // Who does not read does not see that the other side has gone either: without an end each one would be kept for good.
    this.#deps.timers.after(FROZEN_MS, () => this.#socket.destroy());
  }

  #accept(): void {
    const fault = this.#deps.faults.pick("accept", undefined);
    if (fault === undefined) {
      this.#listen();
      return;
    }
    this.#deps.tally.faults += 1;
    if (fault.kind === "slow-accept") this.#deps.timers.after(delayOf(fault), () => this.#listen());
    else if (fault.kind === "drop") this.#socket.resume();
    else breakLink(this, fault);
  }

  #listen(): void {
    this.#socket.on("data", (chunk: Buffer) => {
      this.#receiving = true;
      this.#receive(chunk);
      this.#receiving = false;
      this.#release();
    });
  }

  #closed(): void {
    this.#open = false;
    this.#deps.tally.open -= 1;
    this.#session?.closed();
    // V8 keeps a socket of Node until it collects the old generation, and with it what the socket leads to.
    this.#session = undefined;
    this.#rest = undefined;
    this.#queued = [];
  }

  #receive(chunk: Buffer): void {
    const buffer = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    let start = 0;
    while (this.#open && start < buffer.length) {
      const end = packetEnd(buffer, start, this.#deps.maxPacket);
      if (end === INCOMPLETE) {
        this.#rest = buffer.subarray(start);
        return;
      }
      const packet = end === TOO_LARGE ? undefined : this.#deps.decoder.decode(part(buffer, start, end), this.#version);
      if (packet === undefined) {
        // Netty's decoder failed (MTH:205-211): before CONNECT there is no version, so no DISCONNECT either.
        this.close(REASON.malformedPacket);
        return;
      }
      this.#handle(packet);
      start = end;
    }
  }

  #handle(packet: Packet): void {
    if (packet.cmd === "connect") this.#connect(packet);
    else if (this.#session !== undefined) this.#session.handle(packet);
    else if (this.#queued.push(packet) > MAX_QUEUED) this.close(REASON.quotaExceeded);
  }

  /** Provision is looked for before anything else, certificates included (MTH:1050-1057). */
  #connect(packet: IConnectPacket): void {
    this.#version = packet.protocolVersion ?? 4;
    const sessionPresent = packet.clean !== true;
    if (packet.username === PROVISION || packet.clientId === PROVISION) {
      this.#provisionOnly = true;
      this.write(encodeConnack(this.version, 0, sessionPresent));
      this.#session ??= createProvisionSession(this.#deps, this);
      return;
    }
    const attempt = {
      clientId: packet.clientId,
      userName: packet.username ?? "",
      password: packet.password?.toString("utf8"),
    };
    this.#deps.authenticator.login(attempt, this.#peer, this, (result) => {
      this.#count(result);
      if (!this.#open) return;
      if ("refused" in result) this.#refuse(result.refused, sessionPresent);
      else this.#admit(result.device, sessionPresent);
    });
  }

  /** Only credentials count: a session that was not opened for another reason says nothing of them. */
  #count(result: LoginResult): void {
    const { addresses } = this.#deps;
    if ("device" in result) addresses.admitted(this.#address);
    else if (result.refused.returnCode !== SERVER_UNAVAILABLE) addresses.refused(this.#address);
  }

  /** The DISCONNECT that follows on MQTT 5 often carries a code that the specification allows in CONNACK only. */
  #refuse(refusal: LoginRefusal, sessionPresent: boolean): void {
    this.write(encodeConnack(this.version, this.version === 5 ? refusal.reason : refusal.returnCode, sessionPresent));
    this.close(refusal.disconnect);
  }

  #admit(device: DeviceRecord, sessionPresent: boolean): void {
    this.write(encodeConnack(this.version, 0, sessionPresent));
    // This is the answer of the chain strategy.
    if (device.told === "pending") device.told = "told";
    if (this.#provisionOnly || this.#session !== undefined) return;
    this.#session = createDeviceSession(this.#deps, device, this);
    const waiting = this.#queued;
    this.#queued = [];
    for (const packet of waiting) if (this.#open) this.#session.handle(packet);
  }
}

/** Nearly always the whole of it, which needs no object. */
function part(buffer: Buffer, start: number, end: number): Buffer {
  return start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end);
}
