import type { Issued } from "../model/entry.ts";
import type { RollCallSummary } from "../model/summary.ts";
import { hashOf, identityOf, NO_IDENTITY } from "../record/credential-identity.ts";
import { deviceLabel } from "./first-devices.ts";

/** Of hashes, 8 bytes each: 8 MB a pass. */
const PASS_SIZE = 1_000_000;
/** The hashes of no more devices are sorted all, without a look before. */
const FEW = 100_000;
/** Two bits each; so many for a device that of its credentials one in sixteen meets others by chance. */
const SLOTS_EACH = 8;
const MOST_SLOTS = 2 ** 28;
const GROUP_LIMIT = 20;
const NAMES_PER_GROUP = 20;

/** Reads all rosters anew at each call. */
export interface RosterReader {
  /** Of each device's credentials, in batches: see `identityHash`. */
  hashes(): AsyncIterable<readonly number[]>;
  issued(): AsyncIterable<Issued>;
}

/**
 * Credentials that more than one device was given. `size` is about how many lines the rosters have. What is kept of nearly all devices
 * is two bytes: a first look finds whose hash meets another in a slot, a second sorts the hashes of those, in passes where they are
 * many, and only those that occur twice are looked at again, by their text. `passSize` and `few` are for tests.
 */
export async function findDuplicates(
  roster: RosterReader,
  size: number,
  { passSize = PASS_SIZE, few = FEW }: { readonly passSize?: number; readonly few?: number } = {},
): Promise<RollCallSummary["duplicates"]> {
  const met = size <= few ? allOf(size) : await findMeetings(roster.hashes(), size);
  const parts = Math.ceil(met.atMost / passSize);
  const groups = new Map<string, Map<number, string>>();
  for (let part = 0; part < parts; part += 1) {
    const isIn = (hash: number): boolean => hash % parts === part && met.has(hash);
    const suspects = await repeatedHashes(roster.hashes(), isIn);
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

/** Hashes that may occur twice, at most so many. */
interface Meetings {
  readonly atMost: number;
  has(hash: number): boolean;
}

const allOf = (size: number): Meetings => ({ atMost: Math.max(1, size), has: (hash) => hash !== NO_IDENTITY });

async function findMeetings(batches: AsyncIterable<readonly number[]>, size: number): Promise<Meetings> {
  const slots = Math.min(MOST_SLOTS, size * SLOTS_EACH);
  const taken = new Uint8Array(Math.ceil(slots / 8));
  const shared = new Uint8Array(taken.length);
  let comers = 0;
  for await (const batch of batches) {
    for (const hash of batch) {
      if (hash === NO_IDENTITY) continue;
      const slot = hash % slots;
      const [place, bit] = [slot >>> 3, 1 << (slot & 7)];
      const before = taken[place] ?? 0;
      if ((before & bit) === 0) taken[place] = before | bit;
      else {
        shared[place] = (shared[place] ?? 0) | bit;
        comers += 1;
      }
    }
  }
  return {
    // The first in a slot did not know that there would be others.
    atMost: 2 * comers,
    has(hash) {
      const slot = hash % slots;
      return hash !== NO_IDENTITY && ((shared[slot >>> 3] ?? 0) & (1 << (slot & 7))) !== 0;
    },
  };
}

async function repeatedHashes(
  batches: AsyncIterable<readonly number[]>,
  isIn: (hash: number) => boolean,
): Promise<Set<number>> {
  let hashes = new Float64Array(1_024);
  let count = 0;
  for await (const batch of batches) {
    for (const hash of batch) {
      if (!isIn(hash)) continue;
      if (count === hashes.length) {
        const larger = new Float64Array(2 * count);
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
