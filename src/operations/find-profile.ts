import type { Administration, ServerProfile } from "../model/administration.ts";
import type { Provisioning } from "../model/plan.ts";

/** The provision keys that the profile of a plan may have. Of a chain, it may hold any of the certificates. */
export function profileKeys({ key, chain }: Pick<Provisioning, "key" | "chain">): readonly string[] {
  return chain?.profileKeys ?? [key];
}

/** The first profile that has one of the keys; undefined: the tenant has none. */
export async function findProfile(
  keys: readonly string[],
  admin: Pick<Administration, "profileByKey">,
  stop: AbortSignal,
): Promise<ServerProfile | undefined> {
  for (const key of keys) {
    const profile = key === "" ? undefined : await admin.profileByKey(key, stop);
    if (profile !== undefined) return profile;
  }
  return undefined;
}
