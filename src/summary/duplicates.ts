import type { Issued } from "../model/entry.ts";
import type { RollCallSummary } from "../model/summary.ts";
import { hashOf, identityOf, NO_IDENTITY } from "../record/credential-identity.ts";
import { deviceLabel } from "./first-devices.ts";

/** 8 bytes each: 8 MB a pass. */
const PASS_SIZE = 1_000_000;
const GROUP_LIMIT = 20;
const NAMES_PER_GROUP = 20;

/** Reads all rosters anew at each call. */
export interface RosterReader {
  /** Of each device's credentials, in batches: see `identityHash`. */
  hashes(): AsyncIterable<readonly number[]>;
  issued(): AsyncIterable<Issued>;
}

/**
 * Credentials that more than one device was given. `size` is how many lines the rosters have at most. Memory is bounded: a pass
 * holds the hashes of one part of the credentials, sorts them, and only those that occur twice are looked at again, by their
 * text. `passSize` is for tests.
 */
export async function findDuplicates(
  roster: RosterReader,
  size: number,
  passSize: number = PASS_SIZE,
): Promise<RollCallSummary["duplicates"]> {
  const parts = Math.max(1, Math.ceil(size / passSize));
  const groups = new Map<string, Map<number, string>>();
  for (let part = 0; part < parts; part += 1) {
    const suspects = await repeatedHashes(roster.hashes(), { part, parts, room: Math.min(size, passSize) });
    if (suspects.size > 0) await collectGroups(roster.issued(), suspects, groups);
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

/** `room`: for about so many hashes, made at once: a list that doubles has three times its room for a while. */
async function repeatedHashes(
  batches: AsyncIterable<readonly number[]>,
  { part, parts, room }: { readonly part: number; readonly parts: number; readonly room: number },
): Promise<Set<number>> {
  let hashes = new Float64Array(room);
  let count = 0;
  for await (const batch of batches) {
    for (const hash of batch) {
      if (hash === NO_IDENTITY || hash % parts !== part) continue;
      if (count === hashes.length) {
        // The parts are not quite alike.
        const larger = new Float64Array(count + Math.ceil(count / 8) + 1);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[count] = hash;
      count += 1;
    }
  }
  const sorted = hashes.subarray(0, count).sort();
  const repeated = new Set<number>();
  for (let index = 1; index < count; index += 1) {
    const hash = sorted[index] ?? NO_IDENTITY;
    if (hash === sorted[index - 1]) repeated.add(hash);
  }
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
