import type { Administration, ServerProfile } from "../../model/administration.ts";
import { RollcallError } from "../../model/error.ts";
import type { Provisioning } from "../../model/plan.ts";
import { type AdministratorVisit, type NamesVisit, PROBE_PREFIX, type ProfileVisit } from "../examination.ts";
import { type Fact, known, unknown } from "../fact.ts";

/** The administrator's client waits out a server that is busy; whoever asks what is wrong does not. */
const PATIENCE_MS = 15_000;

/** What the administrator is told; where it is not, why. Rejects with the reason of `stop` only, and on bugs. */
export async function askFact<T>(ask: (stop: AbortSignal) => Promise<T>, stop: AbortSignal): Promise<Fact<T>> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    return known(await ask(AbortSignal.any([stop, late])));
  } catch (error) {
    stop.throwIfAborted();
    if (late.aborted) return unknown(`the administrator got no answer within ${PATIENCE_MS / 1_000} s`);
    if (error instanceof RollcallError) return unknown(error.message);
    throw error;
  }
}

export async function visitAdministrator(
  admin: Administration,
  wall: () => number,
  stop: AbortSignal,
): Promise<AdministratorVisit> {
  let hint = "";
  const asked = await askFact(async (limited) => {
    try {
      const account = await admin.account(limited);
      // Logged in by now, so that the two instants are close to each other.
      const askedAt = wall();
      const server = await admin.server(limited);
      return { kind: "admitted", server, account, askedAt, answeredAt: wall() } as const;
    } catch (error) {
      if (error instanceof RollcallError) hint = error.hint;
      throw error;
    }
  }, stop);
  return asked.known ? asked.value : { kind: "refused", message: asked.why, hint };
}

export async function visitProfile(
  admin: Administration,
  { key, profile }: Provisioning,
  stop: AbortSignal,
): Promise<ProfileVisit> {
  const byKey = await admin.profileByKey(key, stop);
  return { byKey, byName: profile === undefined ? undefined : await admin.profileByName(profile, stop) };
}

export async function visitNames(
  admin: Administration,
  asked: readonly string[],
  profile: ServerProfile | undefined,
  stop: AbortSignal,
): Promise<NamesVisit> {
  const existing: { readonly name: string; readonly inProfile: boolean }[] = [];
  for (const name of asked) {
    const device = await admin.deviceByName(name, stop);
    if (device !== undefined) existing.push({ name, inProfile: device.profileId === profile?.id });
  }
  return { asked, existing };
}

/** Nobody needs the names of more. */
const MOST_NAMED = 5;

/** Devices of doctors before this one, which a signal or a lost connection kept from deleting them: some of their names. */
export async function visitEarlierProbes(admin: Administration, stop: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of admin.devicesNamedLike(PROBE_PREFIX, stop)) {
    if (name.startsWith(PROBE_PREFIX)) names.push(name);
    if (names.length === MOST_NAMED) break;
  }
  return names;
}
