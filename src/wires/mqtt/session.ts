import type { WireError } from "../../model/ports.ts";
import type { MqttVersion } from "../../model/plan.ts";
import type { Us } from "../../model/units.ts";
import { reasonName } from "./reason-codes.ts";
import type { Endpoint } from "../socket/endpoint.ts";

/**
 * One MQTT connection as rollcall needs it: narrow, so that another client can stand beside the first. Calls do not
 * wait; what happens comes back through `SessionEvents`.
 */
export interface MqttSession {
  subscribe(topic: string, qos: 0 | 1): void;
  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1): void;
  /** From now on what happens is told to these; the ones before are let go of. */
  listen(events: SessionEvents): void;
  /** DISCONNECT, then close, without waiting for either; no event follows. */
  disconnect(): void;
  /** Closes at once; no event follows. */
  destroy(): void;
}

/** In this order; after `ended`, nothing. But for `leaves` never called while `open` runs. */
export interface SessionEvents {
  /** Which of several local addresses was chosen: while `open` runs. */
  readonly leaves?: ((source: string) => void) | undefined;
  /** TCP; with TLS, its handshake begins. `peer`: the address at the other end. */
  opened?(peer: string | undefined): void;
  /** With TLS: from now on the server may have been shown the client's certificate. */
  shown?(): void;
  /** TCP, and TLS if any. */
  connected?(peer: string | undefined): void;
  /** CONNACK 0. */
  accepted(): void;
  subscribed?(): void;
  /** PUBACK with its reason code; 0 in MQTT 3. */
  acknowledged?(reasonCode: number, said: string | undefined): void;
  /** `waited`: milliseconds for which it is sure to have been there before it was read; undefined: that is not known. */
  message?(topic: string, payload: Uint8Array, waited?: number): void;
  ended(end: SessionEnd): void;
}

/** Hears of a session that is over: V8 keeps a socket of Node until it collects the old generation, and with it what it leads to. */
export const NOBODY: SessionEvents = { accepted() {}, ended() {} };

/** `said`: in the server's own words, to stand behind the code's name (MQTT 5); undefined: nothing. */
export type SessionEnd =
  /** CONNACK with another code than 0. */
  | { readonly kind: "refused"; readonly code: number; readonly said?: string | undefined }
  /** The other side closed in an orderly way; `reasonCode` of its DISCONNECT, in MQTT 5. */
  | { readonly kind: "closed"; readonly reasonCode: number | undefined; readonly said?: string | undefined }
  | { readonly kind: "failed"; readonly error: WireError };

/** The DISCONNECT of a server that closed, with what it said, to stand behind another text; "" if it sent none. */
export function goodbyeText({ reasonCode, said = "" }: Extract<SessionEnd, { readonly kind: "closed" }>): string {
  return reasonCode === undefined ? "" : `, DISCONNECT ${reasonName(reasonCode, "5")}${said}`;
}

export interface SessionOptions {
  readonly endpoint: Endpoint;
  readonly mqttVersion: MqttVersion;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** 0: none. */
  readonly keepAliveSeconds: number;
  /** To `connected`. */
  readonly connectTimeout: Us;
  /** From `connected` to `accepted`. */
  readonly acceptTimeout: Us;
}

export type OpenSession = (options: SessionOptions, events: SessionEvents) => MqttSession;
