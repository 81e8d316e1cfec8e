import { createHash } from "node:crypto";
import { devicesOf } from "../../model/devices-of.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { GroupPlan, Plan, RecordedGroup, RecordedKeyed, RecordedPlan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import type { Remaining } from "./remaining.ts";
import { readText } from "../../record/text-file.ts";
import { readSource } from "../../scenario/environment.ts";

/** A run that can go on. */
type Resumable = Omit<RecordedPlan, "provisioning"> & { readonly provisioning: RecordedKeyed };

/** The plan of the run that goes on with what `plan` left open; `secrets`: of each group, or the one. */
export function resumePlan(
  { groups, ...plan }: Resumable,
  { phases, firstSeq, names, groups: kinds }: Remaining,
  runId: string,
  secrets: readonly Secret[],
): Plan {
  const [secret = new Secret("")] = secrets;
  const { groups: _before, ...fleet } = plan.fleet;
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
    fleet: {
      ...fleet,
      ...(kinds === undefined ? {} : { groups: kinds }),
      firstSeq,
      names,
      count: devicesOf({ phases }),
    },
    ...(groups === undefined
      ? {}
      : { groups: groups.map((group, index) => groupAgain(group, secrets[index] ?? secret)) }),
    phases,
  };
}

/** Whose administrator it is, for those who look at the run later; its secret is read where it is used. */
function groupAgain({ admin, ...group }: RecordedGroup, secret: Secret): GroupPlan {
  return {
    ...group,
    provisioning: { ...group.provisioning, secret },
    ...(admin === undefined ? {} : { admin: { ...admin, password: undefined, apiKey: undefined } }),
  };
}

/** The key of a chain's authority is not kept. Throws RollcallError "not-resumable" where no more devices can be made. */
export function resumable(plan: RecordedPlan): Resumable {
  const { provisioning } = plan;
  if (provisioning.chain === undefined) return { ...plan, provisioning };
  throw new RollcallError(
    "not-resumable",
    "The key of the authority that signs this run's devices is not kept, so no more of them can be made here.",
    "Run its scenario again: under a chain of certificates a device that exists already is no obstacle.",
  );
}

/**
 * The provision secret, or that of each group, which no run keeps: from `files` (of a group `<group>=<file>`), else from where
 * the run had it. Throws RollcallError "no-secret" or "usage".
 */
export async function secretsAgain(
  { provisioning, groups }: Pick<Resumable, "provisioning" | "groups">,
  files: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Secret[]> {
  if (groups === undefined) {
    if (files.length > 1) throw tooManyFiles("one provision secret");
    return [await secretAgain(provisioning, files[0], env)];
  }
  const own = new Map<string, string>();
  const forAll: string[] = [];
  for (const given of files) {
    const group = groups.find(({ name }) => given.startsWith(`${name}=`))?.name;
    if (group === undefined) forAll.push(given);
    else own.set(group, given.slice(group.length + 1));
  }
  if (forAll.length > 1) throw tooManyFiles(`groups ${groups.map(({ name }) => name).join(", ")}`);
  return Promise.all(groups.map((group) => secretAgain(group.provisioning, own.get(group.name) ?? forAll[0], env)));
}

function tooManyFiles(what: string): RollcallError {
  return new RollcallError(
    "usage",
    `--secret-file is given more than once for a run with ${what}.`,
    "Name one file; of a fleet with groups one for each: --secret-file <group>=<file>.",
  );
}

async function secretAgain(
  { secretSource }: Pick<RecordedKeyed, "secretSource">,
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  if (file !== undefined) return readSecret(file);
  const source = readSource(secretSource);
  if (source?.from === "file") return readSecret(source.where);
  const value = source === undefined ? undefined : env[source.where];
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
