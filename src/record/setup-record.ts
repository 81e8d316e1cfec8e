import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MOST_SKEW_MS, type ServerDevice, type ServerProfile } from "../model/administration.ts";
import { makeFolder } from "./make-folder.ts";

/** What `rollcall setup` made on servers: a file of lines in the folder of all results, which only grows. */
export interface SetupRecord {
  /** By the key or keys that it was made with; undefined: none was. */
  profileMade(keys: readonly string[]): KeptProfile | undefined;
  /** This very profile, not another of its name or key. */
  madeProfile(profile: ProfileIdentity): boolean;
  /** This very device: of that profile and name, and created when it was asked for. */
  madeDevice(device: Pick<ServerDevice, "name" | "createdTime" | "profileId">): boolean;
}

/** Ids are unique on a server, and with the time of creation among servers. */
type ProfileIdentity = Pick<ServerProfile, "id" | "createdTime">;

export interface KeptProfile extends ProfileIdentity {
  readonly name: string;
  readonly key: string;
}

type Line =
  | ({ readonly kind: "profile"; readonly at: number } & KeptProfile)
  | {
      readonly kind: "devices" | "doubt";
      readonly at: number;
      readonly profile: string;
      readonly names: readonly string[];
    };

/** From the request to the last device that it makes: our own time-out, and what the server may still be doing after it. */
const LONGEST_MS = 180_000;

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
  return append(results, { kind, at, profile, names });
}

/** A line begins with its newline: one that a crash cut off ends there. */
async function append(results: string, line: Line): Promise<void> {
  await makeFolder(results);
  await using file = await open(pathOf(results), "a", 0o600);
  await file.appendFile(`\n${JSON.stringify(line)}`);
  await file.sync();
}

export async function readSetupRecord(results: string): Promise<SetupRecord> {
  const text = await readFile(pathOf(results), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const profiles: KeptProfile[] = [];
  const asked = new Map<string, number[]>();
  for (const line of text.split("\n").flatMap(parse)) {
    if (line.kind === "profile") profiles.push(line);
    else {
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
    madeProfile: ({ id, createdTime }) => profiles.some((made) => made.id === id && made.createdTime === createdTime),
    madeDevice: ({ name, createdTime, profileId }) =>
      (asked.get(keyOf(profileId, name)) ?? []).some(
        (at) => createdTime >= at - MOST_SKEW_MS && createdTime <= at + LONGEST_MS,
      ),
  };
}

function keyOf(profile: string, name: string): string {
  return `${profile}\n${name}`;
}

/** What is cut off, or not ours, is no line. */
function parse(text: string): readonly Line[] {
  try {
    const line = JSON.parse(text) as Partial<Line>;
    return ["profile", "devices", "doubt"].includes(line.kind ?? "") ? [line as Line] : [];
  } catch {
    return [];
  }
}
