import { join } from "node:path";
import { z } from "zod";
import { MOST_SKEW_MS, type ServerDevice, type ServerProfile } from "../model/administration.ts";
import { makeFolder } from "./make-folder.ts";
import { appendNote, type Note, readNotes } from "./note-file.ts";

/** What `rollcall setup` made on servers: a file of lines in the folder of all results, which only grows. */
export interface SetupRecord {
  /** Names of the devices that cleanup has taken out of a profile again, from a time on. */
  deletedSince(profile: string, since: number): ReadonlySet<string>;
  /** By the key or keys that it was made with; undefined: none was. */
  profileMade(keys: readonly string[]): KeptProfile | undefined;
  /** This very profile as it was made, not another of its name or key; undefined: setup did not make it. */
  madeProfile(profile: Pick<ServerProfile, "id" | "createdTime">): KeptProfile | undefined;
  /** The devices that it made in the profile of that id, by their ids. */
  madeDevices(profile: string): ReadonlyMap<string, KeptDevice>;
  /** Whether a device has that profile and name and was created when it was asked for: then it is kept with its id. */
  askedFor(device: Pick<ServerDevice, "name" | "createdTime" | "profileId">): boolean;
}

/** Ids are unique on a server, and with the time of creation among servers. */
export interface KeptProfile extends Pick<ServerProfile, "id" | "createdTime" | "name"> {
  readonly key: string;
}

export type KeptDevice = Pick<ServerDevice, "id" | "name" | "createdTime">;

const at = z.number();
const LINE = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("profile"),
    at,
    id: z.string(),
    createdTime: z.number(),
    name: z.string(),
    key: z.string(),
  }),
  z.object({ kind: z.enum(["devices", "doubt"]), at, profile: z.string(), names: z.array(z.string()) }),
  z.object({ kind: z.literal("deletion"), at, profile: z.string(), id: z.string(), name: z.string() }),
  z.object({
    kind: z.literal("made"),
    at,
    profile: z.string(),
    devices: z.array(z.object({ id: z.string(), name: z.string(), createdTime: z.number() })),
  }),
]);

type Line = z.infer<typeof LINE>;

/** From the request to the last device that it makes: our own time-out, and what the server may still be doing after it. */
const LONGEST_MS = 180_000;

/** More than that is no string. */
const MOST_BYTES = 500 * 1_024 * 1_024;
const pathOf = (results: string): string => join(results, "setup.ndjson");

/** `at`: milliseconds since 1970. */
export function noteProfile(results: string, profile: KeptProfile, at: number): Promise<void> {
  const { id, createdTime, name, key } = profile;
  return append(results, { kind: "profile", at, id, createdTime, name, key });
}

/** Must be on the disk before the server is asked. */
export function noteDevices(
  results: string,
  kind: "devices" | "doubt",
  profile: string,
  names: readonly string[],
  at: number,
): Promise<void> {
  return append(results, { kind, at, profile, names: [...names] });
}

/** Before it is asked to delete what setup made. */
export function noteDeletion(
  results: string,
  profile: string,
  { id, name }: Pick<ServerDevice, "id" | "name">,
  at: number,
): Promise<void> {
  return append(results, { kind: "deletion", at, profile, id, name });
}

/** What the server has of what it was asked to make, as it shows it afterwards. */
export function noteMade(results: string, profile: string, made: readonly KeptDevice[], at: number): Promise<void> {
  const devices = made.map(({ id, name, createdTime }) => ({ id, name, createdTime }));
  return append(results, { kind: "made", at, profile, devices });
}

async function append(results: string, line: Line): Promise<void> {
  await makeFolder(results);
  await appendNote(pathOf(results), line, { sync: true });
}

const WHAT = {
  what: "the list of what setup made",
  hint: "Take the file from a copy of the results, or move it away: then cleanup takes nothing that setup made.",
} as const;

/** Throws RollcallError "damaged-file" where it is no file, or too large. */
export async function readSetupRecord(results: string): Promise<SetupRecord> {
  const notes = await readNotes(pathOf(results), WHAT, MOST_BYTES);
  const profiles: KeptProfile[] = [];
  const asked = new Map<string, number[]>();
  const made = new Map<string, Map<string, KeptDevice>>();
  const deletions: { readonly profile: string; readonly name: string; readonly at: number }[] = [];
  for (const line of notes.flatMap(parse)) {
    if (line.kind === "profile") profiles.push(line);
    else if (line.kind === "deletion") deletions.push(line);
    else if (line.kind === "made") {
      const devices = made.get(line.profile) ?? new Map<string, KeptDevice>();
      for (const device of line.devices) devices.set(device.id, device);
      made.set(line.profile, devices);
    } else {
      for (const name of line.names) {
        const key = keyOf(line.profile, name);
        const times = asked.get(key) ?? [];
        if (line.kind === "devices") asked.set(key, [...times, line.at]);
        // Only the last time is in doubt: those before had no such line.
        else asked.set(key, times.slice(0, -1));
      }
    }
  }
  return {
    profileMade: (keys) => profiles.findLast(({ key }) => keys.includes(key)),
    madeProfile: ({ id, createdTime }) =>
      profiles.find((profile) => profile.id === id && profile.createdTime === createdTime),
    deletedSince: (profile, since) =>
      new Set(deletions.filter((each) => each.profile === profile && each.at >= since).map(({ name }) => name)),
    madeDevices: (profile) => made.get(profile) ?? new Map(),
    askedFor: ({ name, createdTime, profileId }) =>
      (asked.get(keyOf(profileId, name)) ?? []).some(
        (at) => createdTime >= at - MOST_SKEW_MS && createdTime <= at + LONGEST_MS,
      ),
  };
}

function keyOf(profile: string, name: string): string {
  return `${profile}\n${name}`;
}

/** What is cut off, or not ours, is no line. */
function parse({ value }: Note): readonly Line[] {
  const line = LINE.safeParse(value);
  return line.success ? [line.data] : [];
}
