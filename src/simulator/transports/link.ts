import type { Packet } from "mqtt-packet";
import type { ProtocolVersion } from "./mqtt-decoder.ts";

/** MQTT 5 reason codes that ThingsBoard sends. */
export const REASON = {
  success: 0x00,
  noSubscription: 0x11,
  malformedPacket: 0x81,
  implementationSpecific: 0x83,
  badClientId: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  connectionRateExceeded: 0x9f,
} as const;

/** What a session may do with its connection. */
export interface Link {
  readonly version: ProtocolVersion;
  readonly open: boolean;
  write(bytes: Buffer): void;
  /** The same, in one piece with what is written next; at the latest when all that came with its cause is dealt with. */
  hold(bytes: Buffer): void;
  /** The close primitive (MTH:234-258): MQTT 5 says why first, from 3.7 on. */
  close(reason: number): void;
  /** Plain TCP close. */
  drop(): void;
  /** The device has said that it goes. */
  part(): void;
  /** RST. */
  reset(): void;
  /** Half-open: neither reads nor writes any more, and stays connected. */
  freeze(): void;
}

/** What a connection is after its CONNECT. */
export interface Session {
  handle(packet: Packet): void;
  /** The connection is gone. */
  closed(): void;
}

/** Codes of a refusal: MQTT 3 CONNACK, MQTT 5 CONNACK, and the DISCONNECT behind the latter. */
export interface LoginRefusal {
  readonly returnCode: number;
  readonly reason: number;
  readonly disconnect: number;
}
