import { join } from "node:path";
import { EXIT, RollcallError } from "../model/error.ts";
import type { Plan, RecordedPlan } from "../model/plan.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { planSchema } from "./plan-schema.ts";
import { writeJson } from "./write-result.ts";

export const PLAN_NAME = "plan.json";

const PLAN: FileKind<RecordedPlan> = {
  what: "the plan of a run",
  version: 1,
  schema: planSchema,
  hint: "Nothing can be said of a run without its plan: take the file from a copy of the run's folder.",
};

/** Throws RollcallError "run-folder", "damaged-file" or "file-version". */
export async function readPlan(folder: string): Promise<RecordedPlan> {
  const plan = await readKept(join(folder, PLAN_NAME), PLAN);
  if (plan !== undefined) return plan;
  throw new RollcallError(
    "run-folder",
    `${folder} is not a run: there is no ${PLAN_NAME} in it.`,
    "Give the folder of one run, as `rollcall run` printed it: it holds plan.json and journal-*.ndjson.",
    EXIT.usage,
  );
}

/** Its secrets are redacted by what they are. */
export function writePlan(folder: string, plan: Plan): Promise<void> {
  return writeJson(folder, PLAN_NAME, plan);
}
