import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, EXIT, reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { targetsOf, withTargets } from "../../model/target.ts";
import type { PlanObject } from "./plan-object.ts";

/** A folder that cannot be written to, or has no room, is for the user to mend. */
export async function intoOwnFolder<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    // The note of a run is written where none is.
    const taken = codeOf(error) === "EEXIST";
    throw new RollcallError(
      "worker-folder",
      `Results cannot be kept in ${folder}: ${taken ? "another worker keeps its own of this run there" : reasonOf(error)}.`,
      taken
        ? "Give each worker of a machine a --name or a --data <folder> of its own."
        : "Give the worker a folder that it may write to, with room: --data <folder>.",
      EXIT.usage,
      error,
    );
  }
}

/** The plan with what it names by path at paths of this machine, below `folder`. */
export async function withOwnFiles({ plan, files }: PlanObject, folder: string): Promise<Plan> {
  const own = async (path: string, name: string): Promise<string> => {
    const text = files[path];
    if (text === undefined) return path;
    const file = join(folder, name);
    await writeFile(file, text.reveal(), { mode: 0o600 });
    return file;
  };
  const targets = targetsOf(plan).map(async (target, index) => {
    const { tls } = target;
    if (tls === undefined) return target;
    const number = index === 0 ? "" : `-${index}`;
    const caFile = tls.caFile === undefined ? undefined : await own(tls.caFile, `target-ca${number}.pem`);
    const identity = tls.identity && {
      certificateFile: await own(tls.identity.certificateFile, `target-cert${number}.pem`),
      keyFile: await own(tls.identity.keyFile, `target-key${number}.pem`),
    };
    return { ...target, tls: { ...tls, caFile, ...(identity === undefined ? {} : { identity }) } };
  });
  return withTargets(plan, await Promise.all(targets));
}
