import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { RollCallSummary } from "../model/summary.ts";
import { deviceLabel } from "./first-devices.ts";

/** 8 bytes each: 8 MB a pass. */
const PASS_SIZE = 1_000_000;
const GROUP_LIMIT = 20;
const NAMES_PER_GROUP = 20;

/**
 * Credentials that more than one device was given. `roster` starts reading all rosters anew at each call; `size` is how
 * many lines they have at most. Memory is bounded: a pass holds the hashes of one part of the credentials, sorts them,
 * and only those that occur twice are looked at again, by their text. `passSize` is for tests.
 */
export async function findDuplicates(
  roster: () => AsyncIterable<Issued>,
  size: number,
  passSize: number = PASS_SIZE,
): Promise<RollCallSummary["duplicates"]> {
  const parts = Math.max(1, Math.ceil(size / passSize));
  const groups = new Map<string, Map<number, string>>();
  for (let part = 0; part < parts; part += 1) {
    const suspects = await repeatedHashes(roster(), part, parts);
    if (suspects.size > 0) await collectGroups(roster(), suspects, groups);
  }
  const shared = [...groups.values()]
    .filter((devices) => devices.size > 1)
    .map((devices) => [...devices].sort(([a], [b]) => a - b))
    .sort((a, b) => (a[0]?.[0] ?? 0) - (b[0]?.[0] ?? 0));
  return {
    count: shared.length,
    groups: shared.slice(0, GROUP_LIMIT).map((devices) => devices.slice(0, NAMES_PER_GROUP).map(([, name]) => name)),
  };
}

async function repeatedHashes(roster: AsyncIterable<Issued>, part: number, parts: number): Promise<Set<number>> {
  let hashes = new Float64Array(1_024);
  let count = 0;
  for await (const { credentials } of roster) {
    const identity = identityOf(credentials);
    const hash = identity === undefined ? undefined : hashOf(identity);
    if (hash === undefined || hash % parts !== part) continue;
    if (count === hashes.length) {
      const larger = new Float64Array(hashes.length * 2);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count] = hash;
    count += 1;
  }
  const sorted = hashes.subarray(0, count).sort();
  const repeated = new Set<number>();
  for (const [index, hash] of sorted.entries()) if (index > 0 && sorted[index - 1] === hash) repeated.add(hash);
  return repeated;
}

async function collectGroups(
  roster: AsyncIterable<Issued>,
  suspects: ReadonlySet<number>,
  groups: Map<string, Map<number, string>>,
): Promise<void> {
  for await (const { seq, name, credentials } of roster) {
    const identity = identityOf(credentials);
    if (identity === undefined || !suspects.has(hashOf(identity))) continue;
    const devices = groups.get(identity) ?? new Map<number, string>();
    groups.set(identity, devices.set(seq, deviceLabel(seq, name)));
  }
}

/**
 * What has to be unique on the server, as ThingsBoard stores it: a user name without a client id shares one namespace
 * with access tokens, and the password plays no part. Undefined: nothing that could be shared.
 */
function identityOf(credentials: Credentials): string | undefined {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return `name ${credentials.token.reveal()}`;
    case "MQTT_BASIC": {
      const { clientId = "", username = "" } = credentials;
      if (clientId === "") return username === "" ? undefined : `name ${username}`;
      return `client ${clientId}${username === "" ? "" : `|${username}`}`;
    }
    case "X509_CERTIFICATE":
      return `certificate ${credentials.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "")}`;
    case "LWM2M_CREDENTIALS":
      return undefined;
  }
}

/** 53 bits: two multiplicative hashes side by side. Collisions cost a second look, never a wrong answer. */
function hashOf(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (b & 0x1fffff) + (a >>> 0);
}
