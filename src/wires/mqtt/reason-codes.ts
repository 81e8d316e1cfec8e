import type { MqttVersion } from "../../model/plan.ts";

/** MQTT 3.1.1, section 3.2.2.3. */
const CONNACK_3: Readonly<Record<number, string>> = {
  0: "accepted",
  1: "unacceptable protocol version",
  2: "identifier rejected",
  3: "server unavailable",
  4: "bad user name or password",
  5: "not authorised",
};

/** MQTT 5, section 2.4: reason codes from here on are failures. */
export const FIRST_ERROR = 0x80;

/** MQTT 5, section 2.4: those that a server can send in CONNACK, PUBACK or DISCONNECT. */
const REASON_5: Readonly<Record<number, string>> = {
  0x00: "success",
  0x10: "no matching subscribers",
  0x80: "unspecified error",
  0x81: "malformed packet",
  0x82: "protocol error",
  0x83: "implementation specific error",
  0x84: "unsupported protocol version",
  0x85: "client identifier not valid",
  0x86: "bad user name or password",
  0x87: "not authorised",
  0x88: "server unavailable",
  0x89: "server busy",
  0x8a: "banned",
  0x8b: "server shutting down",
  0x8c: "bad authentication method",
  0x8d: "keep alive timeout",
  0x8e: "session taken over",
  0x8f: "topic filter invalid",
  0x90: "topic name invalid",
  0x91: "packet identifier in use",
  0x93: "receive maximum exceeded",
  0x95: "packet too large",
  0x96: "message rate too high",
  0x97: "quota exceeded",
  0x98: "administrative action",
  0x99: "payload format invalid",
  0x9c: "use another server",
  0x9d: "server moved",
  0x9f: "connection rate exceeded",
  0xa0: "maximum connect time",
};

/** A code with its name: "5 not authorised" in MQTT 3, "0x86 bad user name or password" in MQTT 5. */
export function reasonName(code: number, version: MqttVersion): string {
  return version === "5"
    ? `0x${code.toString(16).padStart(2, "0")} ${REASON_5[code] ?? "unknown reason"}`
    : `${code} ${CONNACK_3[code] ?? "unknown code"}`;
}
