import type { Secret } from "./secret.ts";
import type { Seq } from "./units.ts";

/** Credentials a device holds: the same shape whether they are asked for or issued. */
export type Credentials =
  | { readonly type: "ACCESS_TOKEN"; readonly token: Secret }
  | {
      readonly type: "MQTT_BASIC";
      readonly clientId: string | undefined;
      readonly username: string | undefined;
      readonly password: Secret | undefined;
    }
  | {
      readonly type: "X509_CERTIFICATE";
      /** As ThingsBoard echoes it: PEM or one line of base64. */
      readonly certificate: string;
      /** PEM; known for certificates of our own making, never part of an answer. */
      readonly privateKey: Secret | undefined;
    }
  /** Can be issued to a pre-provisioned LwM2M device; there is no MQTT login for it. */
  | { readonly type: "LWM2M_CREDENTIALS" };

export type CredentialsType = Credentials["type"];

/** What a device sends in its provision request. `undefined` credentials: none given, the server makes an access token. */
export interface Device {
  readonly seq: Seq;
  /** Undefined: left to the server, which does not tell it. */
  readonly name: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly gateway: boolean;
  /** A device that misbehaves on purpose, and how; undefined: a good one. */
  readonly misbehaviour: Misbehaviour | undefined;
}

/** Ways in which a device may be at fault, each with an answer that ThingsBoard is expected to give. */
export const MISBEHAVIOURS = [
  "wrong-key",
  "wrong-secret",
  "missing-key",
  "missing-secret",
  "malformed-json",
  "blank-name",
  "repeated-name",
  "repeated-credentials",
  "slow-socket",
  "half-open-socket",
] as const;
export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

/**
 * The server must provision exactly one of all devices that have one name, or one device's credentials: whichever its
 * request comes first, which nobody can know beforehand. The others are refused.
 */
export function isRepeating(misbehaviour: Misbehaviour): misbehaviour is "repeated-name" | "repeated-credentials" {
  return misbehaviour === "repeated-name" || misbehaviour === "repeated-credentials";
}
