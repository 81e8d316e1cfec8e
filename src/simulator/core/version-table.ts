import { compareReleases, numbersOf } from "../../model/release.ts";

/** What differs between releases of ThingsBoard on the wire or in its core. */
export interface VersionTraits {
  /** First release with these traits. */
  readonly since: string;
  /** SUBSCRIBE and UNSUBSCRIBE are answered in a provision session; before, they are silently ignored. */
  readonly provisionSuback: boolean;
  /** The request's `gateway` field is honoured. */
  readonly gatewayField: boolean;
  /** MQTT 5: a DISCONNECT packet precedes the server's close, and a bad provision PUBLISH gets a PUBACK with its code. */
  readonly disconnectPacket: boolean;
  /** CHECK_PRE_PROVISIONED: what a device that is already provisioned gets. */
  readonly repeatedCheck: "SUCCESS" | "FAILURE";
  /** Threads that execute transport-api requests in the core; 1: the consumer's own thread. */
  readonly workers: number;
  /** The INSERT of a device runs under a lock per tenant. */
  readonly insertLock: boolean;
  /** REST tells the edition, CE. */
  readonly toldEdition: boolean;
  /** REST accepts API keys. */
  readonly apiKeys: boolean;
}

const V3_6: VersionTraits = {
  since: "3.6",
  provisionSuback: false,
  gatewayField: false,
  disconnectPacket: false,
  repeatedCheck: "SUCCESS",
  workers: 1,
  insertLock: false,
  toldEdition: false,
  apiKeys: false,
};
const V3_7: VersionTraits = { ...V3_6, since: "3.7", disconnectPacket: true };
const V3_8: VersionTraits = { ...V3_7, since: "3.8", gatewayField: true, workers: 16, toldEdition: true };
const V3_9: VersionTraits = { ...V3_8, since: "3.9", provisionSuback: true };
const V4_2_1: VersionTraits = { ...V3_9, since: "4.2.1" };
const V4_2_1_1: VersionTraits = { ...V4_2_1, since: "4.2.1.1", repeatedCheck: "FAILURE" };
const V4_3: VersionTraits = { ...V4_2_1_1, since: "4.3", insertLock: true, apiKeys: true };

/** Ascending. */
export const VERSIONS: readonly VersionTraits[] = [V3_6, V3_7, V3_8, V3_9, V4_2_1, V4_2_1_1, V4_3];

/** The traits of any release, e.g. "3.6.4" or "4.4.0-SNAPSHOT": those of the last row not above it. Undefined: not a version, or older than the table. */
export function traitsOf(version: string): VersionTraits | undefined {
  if (numbersOf(version) === undefined) return undefined;
  return VERSIONS.findLast((row) => compareReleases(row.since, version) <= 0);
}
