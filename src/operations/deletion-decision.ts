import { MOST_SKEW_MS, type ServerDevice, type ServerProfile } from "../model/administration.ts";
import { type Deletable, DeletionProof } from "../model/deletion-proof.ts";
import { isUuid } from "../model/uuid.ts";

/** Milliseconds since 1970, by the server's clock; both ends belong to it. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** By what a device is ours. Its own record must fit all of one claim; what lists or journals say of it counts for nothing. */
export type DeviceClaim =
  | {
      /** Devices made by provision requests, or by the administrator, under names that were given. */
      readonly by: "request";
      /** Ids of the profiles that they are in. */
      readonly profiles: readonly string[];
      /** When the device of that name was made; undefined: none was, under that name. */
      readonly windowOf: (name: string) => Window | undefined;
      /** Ids of devices that were there before. */
      readonly seenBefore: ReadonlySet<string>;
    }
  | {
      /** Devices that setup made, as it has recorded them, by id. */
      readonly by: "setup";
      readonly profiles: readonly string[];
      readonly made: ReadonlyMap<string, Pick<ServerDevice, "name" | "createdTime">>;
    };

/** Why something stays. Further down: more of its record fits. */
export const FOREIGN_REASONS = {
  "no-uuid": "its id is no UUID",
  "other-id": "the server shows another one under its id",
  "other-profile": "it is of another profile",
  "not-recorded": "setup has not recorded it",
  "other-name": "none of this name was made here",
  "other-time": "it was created at another time",
  "seen-before": "it was there before",
} as const;

export type ForeignReason = keyof typeof FOREIGN_REASONS;

export type DeviceJudgement =
  | { readonly own: true; readonly proof: DeletionProof<"device"> }
  | { readonly own: false; readonly why: ForeignReason };

/** `record`: what the server answers when it is asked for `id`, and for nothing else. */
export function judgeDevice(id: string, record: ServerDevice, claims: readonly DeviceClaim[]): DeviceJudgement {
  if (!isUuid(id)) return { own: false, why: "no-uuid" };
  if (record.id !== id) return { own: false, why: "other-id" };
  const reasons = claims.map((claim) => misfitOf(record, claim));
  if (reasons.includes(undefined)) return { own: true, proof: new DeletionProof("device", id) };
  return { own: false, why: furthest(reasons) };
}

function misfitOf(record: ServerDevice, claim: DeviceClaim): ForeignReason | undefined {
  if (!claim.profiles.includes(record.profileId)) return "other-profile";
  switch (claim.by) {
    case "request": {
      const window = claim.windowOf(record.name);
      if (window === undefined) return "other-name";
      if (!(record.createdTime >= window.from && record.createdTime <= window.to)) return "other-time";
      return claim.seenBefore.has(record.id) ? "seen-before" : undefined;
    }
    case "setup": {
      const made = claim.made.get(record.id);
      if (made === undefined) return "not-recorded";
      if (made.name !== record.name) return "other-name";
      return made.createdTime === record.createdTime ? undefined : "other-time";
    }
  }
}

/** Taken from the claim that fits best. */
function furthest(reasons: readonly (ForeignReason | undefined)[]): ForeignReason {
  const order = Object.keys(FOREIGN_REASONS) as readonly ForeignReason[];
  return order.findLast((reason) => reasons.includes(reason)) ?? "other-profile";
}

/** A profile as it was when it was made. */
export type MadeProfile = Pick<ServerProfile, "id" | "name" | "createdTime">;

const FOREIGN_PROFILE = {
  "no-uuid": "its id is no UUID",
  "other-id": "the server shows another one under its id",
  default: "it is the tenant's default",
  "other-name": "it has another name than it was made with",
  "other-time": "it was created at another time",
} as const;

export type ProfileJudgement =
  | { readonly own: true; readonly proof: DeletionProof<"deviceProfile"> }
  | { readonly own: false; readonly why: string };

/** `record`: what the server answers when it is asked for the id of `made`. */
export function judgeProfile(made: MadeProfile, record: ServerProfile): ProfileJudgement {
  const misfit = profileMisfit(made, record);
  if (misfit === undefined) return { own: true, proof: new DeletionProof("deviceProfile", made.id) };
  return { own: false, why: FOREIGN_PROFILE[misfit] };
}

function profileMisfit(made: MadeProfile, record: ServerProfile): keyof typeof FOREIGN_PROFILE | undefined {
  if (!isUuid(made.id)) return "no-uuid";
  if (record.id !== made.id) return "other-id";
  if (record.isDefault) return "default";
  if (record.name !== made.name) return "other-name";
  return record.createdTime === made.createdTime ? undefined : "other-time";
}

/**
 * Why what the server answered to "make this profile" is not the profile that was asked for; undefined: it is. What is
 * answered so is somebody else's, and is never recorded as made here. `since`: when it was asked for, by the server's clock.
 */
export function misfitOfNew(name: string, since: number | undefined, answered: ServerProfile): string | undefined {
  if (!isUuid(answered.id)) return FOREIGN_PROFILE["no-uuid"];
  if (answered.isDefault) return FOREIGN_PROFILE.default;
  if (answered.name !== name) return "it has another name";
  const early = since !== undefined && answered.createdTime < since - MOST_SKEW_MS;
  return early ? "it was there before" : undefined;
}

/** An id that nothing has. */
export const NOBODY = "ffffffff-ffff-4fff-bfff-ffffffffffff";

/** To see what a server answers to the deletion of something that is not there. */
export function nobodysProof(kind: Deletable): DeletionProof {
  return new DeletionProof(kind, NOBODY);
}
