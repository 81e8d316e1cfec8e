import type { Administration, ServerProfile } from "../model/administration.ts";
import type { Provisioning } from "../model/plan.ts";

/** The profile that a plan provisions for; undefined: the tenant has none. Of a chain, it may have any of the certificates. */
export async function findProfile(
  { key, chain }: Pick<Provisioning, "key" | "chain">,
  admin: Administration,
  stop: AbortSignal,
): Promise<ServerProfile | undefined> {
  for (const each of chain?.profileKeys ?? [key]) {
    const profile = await admin.profileByKey(each, stop);
    if (profile !== undefined) return profile;
  }
  return undefined;
}
