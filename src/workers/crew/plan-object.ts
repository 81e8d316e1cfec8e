import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { ObjectStore } from "@nats-io/obj";
import type { Plan } from "../../model/plan.ts";
import { sealSecrets, unsealSecrets } from "../../model/secret.ts";
import { seal, unseal } from "../bus/seal.ts";

/** What every worker of a run gets: the plan, and the files that it names by their paths. */
export interface PlanObject {
  readonly plan: Plan;
  readonly files: Readonly<Record<string, string>>;
}

const NAME = "plan";
/** A list of a million names is 20 MB. */
const LIMIT_BYTES = 1_024 * 1_024 * 1_024;

/** Sealed with a key of its own, which each worker is given apart. */
export async function putPlan(store: ObjectStore, key: Uint8Array, { plan, files }: PlanObject): Promise<void> {
  // The administrator's access is for the coordinator alone.
  const text = JSON.stringify(sealSecrets({ plan: { ...plan, admin: undefined }, files }));
  await store.putBlob({ name: NAME }, seal(key, zstdCompressSync(text), `${NAME} ${plan.runId}`));
}

export async function getPlan(store: ObjectStore, key: Uint8Array, run: string): Promise<PlanObject> {
  const sealed = await store.getBlob(NAME);
  const packed = sealed === null ? undefined : unseal(key, sealed, `${NAME} ${run}`);
  if (packed === undefined) throw new Error("the plan is not on the bus, or not sealed for this worker");
  const text = zstdDecompressSync(packed, { maxOutputLength: LIMIT_BYTES }).toString("utf8");
  // Sealed by the coordinator, so that its shape is known as that of a message on a pipe is.
  return unsealSecrets(JSON.parse(text)) as PlanObject;
}
