import { createHash } from "node:crypto";
import { devicesOf } from "../../model/devices-of.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan, RecordedKeyed, RecordedPlan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import type { Remaining } from "./remaining.ts";
import { refuseGroups } from "../aim/refuse-groups.ts";
import { readText } from "../../record/text-file.ts";

/** A run that can go on: of its groups there are none. */
type Resumable = Omit<RecordedPlan, "provisioning" | "groups"> & { readonly provisioning: RecordedKeyed };

/** The plan of the run that goes on with what `plan` left open. */
export function resumePlan(
  plan: Resumable,
  { phases, firstSeq, names }: Remaining,
  runId: string,
  secret: Secret,
): Plan {
  return {
    ...plan,
    runId,
    description: `Resumes run ${plan.runId}. ${plan.description}`.trim(),
    // Fewer devices, and the load begins anew: not the same question, so not comparable as one.
    hash: createHash("sha256")
      .update(JSON.stringify([plan.hash, phases]))
      .digest("hex"),
    admin: undefined,
    provisioning: { ...plan.provisioning, secret },
    fleet: { ...plan.fleet, firstSeq, names, count: devicesOf({ phases }) },
    phases,
  };
}

/** The key of a chain's authority is not kept. Throws RollcallError "not-resumable" where no more devices can be made. */
export function resumable(plan: RecordedPlan): Resumable {
  const { provisioning } = plan;
  refuseGroups(plan, "resume");
  const { groups: _none, ...rest } = plan;
  if (provisioning.chain === undefined) return { ...rest, provisioning };
  throw new RollcallError(
    "not-resumable",
    "The key of the authority that signs this run's devices is not kept, so no more of them can be made here.",
    "Run its scenario again: under a chain of certificates a device that exists already is no obstacle.",
  );
}

/**
 * The provision secret, which no run keeps: from `file`, else from where the run had it.
 * Throws RollcallError "no-secret".
 */
export async function secretAgain(
  { secretSource }: Pick<RecordedKeyed, "secretSource">,
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  const [, from, where = ""] = /^(environment|file) (.+)$/.exec(secretSource) ?? [];
  if (file !== undefined) return readSecret(file);
  if (from === "file") return readSecret(where);
  const value = from === "environment" ? env[where] : undefined;
  if (value !== undefined && value !== "") return new Secret(value);
  throw noSecret(`The run had its provision secret from the ${secretSource}, where it is not to be had now.`);
}

async function readSecret(file: string): Promise<Secret> {
  const text = await readText(file).catch((error: unknown) => {
    throw noSecret(`The provision secret cannot be read: ${reasonOf(error)}.`);
  });
  return new Secret(text.trim());
}

function noSecret(message: string): RollcallError {
  return new RollcallError("no-secret", message, "Set that variable again, or name a file with --secret-file.");
}
