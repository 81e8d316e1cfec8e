import type { Administration } from "../model/administration.ts";
import { isUuid } from "../model/uuid.ts";
import { FOREIGN_REASONS, judgeProfile, type MadeProfile } from "./deletion-decision.ts";
import { devicesOfProfile } from "./devices-of-profile.ts";

export type ProfileEnd =
  | { readonly end: "deleted" | "gone" }
  | { readonly end: "in-use"; readonly devices: number }
  /** It stays: why, in words. */
  | { readonly end: "foreign"; readonly why: string };

/** Deletes a profile that is as it was made and holds no device. Throws RollcallError "filter-ignored". */
export async function deleteProfile(
  admin: Pick<Administration, "profileById" | "devicesOf" | "deleteProfile">,
  made: MadeProfile,
  stop: AbortSignal,
): Promise<ProfileEnd> {
  if (!isUuid(made.id)) return { end: "foreign", why: FOREIGN_REASONS["no-uuid"] };
  let devices = 0;
  for await (const _ of devicesOfProfile(admin, made, stop)) devices += 1;
  if (devices > 0) return { end: "in-use", devices };
  const record = await admin.profileById(made.id, stop);
  if (record === undefined) return { end: "gone" };
  const judgement = judgeProfile(made, record);
  if (!judgement.own) return { end: "foreign", why: judgement.why };
  const end = await admin.deleteProfile(judgement.proof, stop);
  return end === "in-use" ? { end, devices: 1 } : { end };
}
