import type { Administration, ProfileSettings, ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Transport } from "../model/plan.ts";
import { printable } from "../writing/text-width.ts";
import { misfitOfNew } from "./deletion-decision.ts";
import { findProfile } from "./find-profile.ts";

/** What a scenario wants of its device profile. */
export interface WantedProfile extends Omit<ProfileSettings, "name"> {
  /** Undefined: any that has the key; `fallbackName` if one is made. */
  readonly name: string | undefined;
  readonly fallbackName: string;
  /** For x509-chain the keys that a profile has which holds a certificate of the chain; else the one key. */
  readonly keys: readonly string[];
  /** By which devices log in. */
  readonly transport: Transport;
}

export interface ProfileSetup {
  readonly profile: ServerProfile;
  readonly made: boolean;
}

/**
 * The profile as wanted: found, or made where neither its key nor its name is taken. One that is there is never changed:
 * throws RollcallError "setup-differs", which names each difference. `since`: the time by the server's clock. What it answers
 * in place of a new profile is not taken for one: RollcallError "setup-answer".
 */
export async function setUpProfile(
  admin: Pick<Administration, "profileByKey" | "profileByName" | "createProfile">,
  wanted: WantedProfile,
  since: number | undefined,
  stop: AbortSignal,
): Promise<ProfileSetup> {
  const name = wanted.name ?? wanted.fallbackName;
  const found = (await findProfile(wanted.keys, admin, stop)) ?? (await admin.profileByName(name, stop));
  if (found === undefined) {
    const { strategy, key, secret, chain } = wanted;
    const profile = await admin.createProfile({ name, strategy, key, secret, chain }, stop);
    const misfit = misfitOfNew(name, since, profile);
    if (misfit === undefined) return { profile, made: true };
    throw new RollcallError(
      "setup-answer",
      `The server was asked to make the device profile ${printable(name)}, and answered with ${printable(profile.name)}, which is not that: ${misfit}.`,
      "Nothing is recorded as made, so that nothing of it will be deleted. Look at what stands before the server, and at its log.",
    );
  }
  const differences = differencesOf(wanted, found);
  if (differences.length === 0) return { profile: found, made: false };
  throw new RollcallError(
    "setup-differs",
    [`The device profile ${found.name} is there, and is not as the scenario has it:`, ...differences].join("\n  "),
    "Change the scenario, or the profile in ThingsBoard (Profiles, Device profiles, Device provisioning), or name another with provisioning.profile.",
  );
}

/** In words, a line each; secrets are held against each other and never shown. */
function differencesOf(wanted: WantedProfile, found: ServerProfile): readonly string[] {
  const differences: string[] = [];
  const differ = (what: string, scenario: string, server: string): void => {
    differences.push(`${what}: ${scenario} in the scenario, ${server} on the server`);
  };
  if (wanted.name !== undefined && wanted.name !== found.name) differ("name", wanted.name, found.name);
  if (wanted.strategy !== found.strategy) differ("strategy", wanted.strategy, found.strategy);
  else if (found.key === undefined || !wanted.keys.includes(found.key)) {
    const what = wanted.strategy === "x509-chain" ? "authority, as its provision key" : "provision key";
    differ(what, wanted.keys[0] ?? "none", found.key ?? "none");
  } else if (wanted.strategy !== "x509-chain" && !sameSecret(wanted, found)) {
    differences.push(`provision secret: not the same in the scenario and on the server`);
  }
  if (wanted.chain !== undefined && found.chain !== undefined) {
    const [own, other] = [wanted.chain, found.chain];
    if (own.namePattern !== other.namePattern) differ("pattern of names", own.namePattern, other.namePattern);
    if (own.allowCreate && !other.allowCreate) differ("creation of new devices", "allowed", "not allowed");
  }
  if (!letsIn(found.transport, wanted.transport)) {
    differ("transport type", `DEFAULT or ${wanted.transport.toUpperCase()}`, found.transport);
  }
  return differences;
}

function sameSecret({ secret: own }: WantedProfile, { secret: other }: ServerProfile): boolean {
  return own !== undefined && other !== undefined && own.equals(other);
}

/** A profile of another transport provisions all the same, and then lets nobody in; HTTP never asks. */
function letsIn(profile: string, transport: Transport): boolean {
  return transport === "http" || profile === "DEFAULT" || profile === transport.toUpperCase();
}
