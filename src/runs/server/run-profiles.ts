import type { Administration, ServerProfile } from "../../model/administration.ts";
import { RollcallError } from "../../model/error.ts";
import { createGroupOf } from "../../model/group-of.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import type { Seq } from "../../model/units.ts";
import { findProfile, profileKeys } from "../../operations/find-profile.ts";
import type { Tenants } from "./tenants.ts";

/** A device profile that a plan's devices ask for, and which of them do. Groups may share one. */
export interface RunProfile {
  /** The provision keys that it may have, the first as people know it. */
  readonly keys: readonly string[];
  /** Names of its groups; empty: the fleet has none. */
  readonly groups: readonly string[];
  /** Indices of its groups. */
  readonly indices: readonly number[];
  has(seq: Seq): boolean;
}

type ProfiledPlan = Pick<RecordedPlan, "provisioning" | "groups" | "fleet">;

/** In the order of the plan; one for a fleet without groups. */
export function runProfiles({ provisioning, groups, fleet }: ProfiledPlan): readonly RunProfile[] {
  if (groups === undefined) {
    return [{ keys: profileKeys(provisioning), groups: [], indices: [0], has: () => true }];
  }
  const groupOf = createGroupOf(fleet);
  const byKey = Map.groupBy(
    groups.map((group, index) => ({ ...group, index })),
    (group) => group.provisioning.key,
  );
  return [...byKey.values()].map((own): RunProfile => {
    const indices = own.map(({ index }) => index);
    return {
      keys: own.slice(0, 1).flatMap((group) => profileKeys(group.provisioning)),
      groups: own.map(({ name }) => name),
      indices,
      has: (seq) => indices.includes(groupOf(seq) ?? -1),
    };
  });
}

export interface LookedUpProfile extends RunProfile {
  /** Whose tenant it is of. */
  readonly admin: Administration;
  /** Undefined: the administrator's tenant has none. */
  readonly profile: ServerProfile | undefined;
}

/** One that is there. */
export type FoundProfile = LookedUpProfile & { readonly profile: ServerProfile };

export async function lookUpProfiles(
  plan: ProfiledPlan,
  tenants: Pick<Tenants, "of">,
  stop: AbortSignal,
): Promise<readonly LookedUpProfile[]> {
  const found: LookedUpProfile[] = [];
  for (const each of runProfiles(plan)) {
    const admin = tenants.of(each.indices[0] ?? 0);
    found.push({ ...each, admin, profile: await findProfile(each.keys, admin, stop) });
  }
  return found;
}

export function isFound(each: LookedUpProfile): each is FoundProfile {
  return each.profile !== undefined;
}

/** As reports name several. */
export function profileNames(profiles: readonly FoundProfile[]): string {
  return profiles.map(({ profile }) => profile.name).join(", ");
}

/** Why a run cannot be held against the server; of groups, which is missing. */
export function whyNoProfile({ keys: [key = ""], groups }: RunProfile): string {
  if (groups.length === 0) return "no device profile of the administrator's tenant has the run's key";
  return `no device profile of the administrator's tenant has the key ${key} of ${groups.join(" and ")}: one of another tenant needs an administrator of its own (fleet.groups, admin)`;
}

export function noProfile({ keys: [key = ""], groups }: RunProfile): RollcallError {
  const whose = groups.length === 0 ? "" : `, which ${groups.join(" and ")} ${groups.length === 1 ? "has" : "have"}`;
  return new RollcallError(
    "no-profile",
    `No device profile of this tenant has the provision key ${key}${whose}.`,
    groups.length === 0
      ? "Check that the administrator is of the tenant that the run provisioned for, and that the profile still exists."
      : "An administrator sees one tenant: a group of another names its own (fleet.groups, admin; or ROLLCALL_ADMIN_USER_<GROUP> and ROLLCALL_ADMIN_PASSWORD_<GROUP>). Check also that the profile still exists.",
  );
}
