import type { Plan } from "../../model/plan.ts";
import { type Secret, sealSecrets, unsealSecrets } from "../../model/secret.ts";
import { getSealed, putSealed, type SealedPlace } from "./sealed-object.ts";

/** What every worker of a run gets: the plan, and the files that it names by their paths. */
export interface PlanObject {
  readonly plan: Plan;
  /** A private key may be among them. */
  readonly files: Readonly<Record<string, Secret>>;
}

const NAME = "plan";

export async function putPlan(place: SealedPlace, { plan, files }: PlanObject): Promise<void> {
  // The administrator's access is for the coordinator alone.
  await putSealed(place, NAME, JSON.stringify(sealSecrets({ plan: { ...plan, admin: undefined }, files })));
}

export async function getPlan(place: SealedPlace): Promise<PlanObject> {
  const text = (await getSealed(place, NAME)).toString("utf8");
  // Sealed by the coordinator, so that its shape is known as that of a message on a pipe is.
  return unsealSecrets(JSON.parse(text)) as PlanObject;
}
