import type { Administration, Imported, ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import { devicesOfProfile } from "./devices-of-profile.ts";
import { formatCount } from "../writing/notation.ts";

/** The devices that a pre-provisioned fleet asks for. */
export interface WantedDevices {
  readonly profile: Pick<ServerProfile, "id" | "name">;
  /** Each once. */
  readonly names: readonly string[];
  readonly gateway: boolean;
}

/** Keeps what was made, for a cleanup to trust. */
export interface PreparationLog {
  /** Before the server is asked to make them. */
  begin(names: readonly string[]): Promise<void>;
  /** One of these may be somebody else's: none of them is ours to delete. */
  doubt(names: readonly string[]): Promise<void>;
}

export interface Preparation {
  readonly there: number;
  readonly made: number;
}

/** So many in one request: progress is seen, and no body comes near the server's limit of 16 MiB. */
const AT_ONCE = 250;
const SHOWN = 3;

/**
 * Makes those that are missing. Nothing is made if one of the names is a device of another profile: the import would
 * move it (RollcallError "setup-names-taken"). What the server refuses ends it: "setup-incomplete".
 */
export async function prepareDevices(
  admin: Pick<Administration, "devicesOf" | "devicesNamedLike" | "importDevices">,
  { profile, names, gateway }: WantedDevices,
  log: PreparationLog,
  onProgress: (made: number, of: number) => void,
  stop: AbortSignal,
): Promise<Preparation> {
  const missing = new Set(names);
  for await (const { name } of devicesOfProfile(admin, profile, stop)) missing.delete(name);
  if (missing.size > 0) await checkElsewhere(admin, missing, stop);

  const left = [...missing];
  // What is in flight is waited for: an import that is cut off goes on at the server all the same.
  const never = new AbortController().signal;
  let made = 0;
  while (made < left.length) {
    stop.throwIfAborted();
    const chunk = left.slice(made, made + AT_ONCE);
    onProgress(made, left.length);
    await log.begin(chunk);
    const imported = await admin.importDevices({ names: chunk, profile, gateway }, never);
    if (imported.updated > 0) await log.doubt(chunk);
    if (imported.created !== chunk.length) throw incomplete(imported, made + imported.created, left.length);
    made += chunk.length;
  }
  if (left.length > 0) onProgress(made, left.length);
  return { there: names.length - left.length, made };
}

async function checkElsewhere(
  admin: Pick<Administration, "devicesNamedLike">,
  missing: ReadonlySet<string>,
  stop: AbortSignal,
): Promise<void> {
  const taken: string[] = [];
  for await (const { name } of admin.devicesNamedLike(commonStart([...missing]), stop)) {
    if (missing.has(name)) taken.push(name);
  }
  if (taken.length === 0) return;
  const shown = `${taken.slice(0, SHOWN).join(", ")}${taken.length > SHOWN ? ", …" : ""}`;
  throw new RollcallError(
    "setup-names-taken",
    `${formatCount(taken.length)} of the fleet's names are devices of another profile: ${shown}. No device was made.`,
    "Give the fleet other names (fleet.prefix, fleet.name), or the profile of those devices (provisioning.profile).",
  );
}

/** What all the texts begin with. */
export function commonStart(texts: readonly string[]): string {
  let start = texts[0] ?? "";
  for (const text of texts) {
    let length = Math.min(start.length, text.length);
    while (!text.startsWith(start.slice(0, length))) length -= 1;
    start = start.slice(0, length);
  }
  return start;
}

function incomplete({ updated, errors }: Imported, made: number, of: number): RollcallError {
  const reasons = [...new Set(errors)].slice(0, SHOWN);
  if (updated > 0) reasons.push(`${updated} names were taken by somebody else meanwhile`);
  return new RollcallError(
    "setup-incomplete",
    `${formatCount(made)} of ${formatCount(of)} devices were made, then the server refused: ${reasons.join("; ").replace(/[.!]$/, "")}.`,
    "Put right what it names, and give the same command again: it goes on where this one stopped.",
  );
}
