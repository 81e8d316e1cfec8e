import type { Administration, ServerProfile } from "../model/administration.ts";
import type { ChainPlan, Provisioning } from "../model/plan.ts";

type KeyedProvisioning = Pick<Provisioning, "key"> & { readonly chain?: Pick<ChainPlan, "profileKeys"> | undefined };

/** The provision keys that the profile of a plan may have. Of a chain, it may hold any of the certificates. */
export function profileKeys({ key, chain }: KeyedProvisioning): readonly string[] {
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
