import { join, resolve } from "node:path";
import { readBaseline } from "../../conformance/baseline.ts";
import type { ConformanceResult } from "../../conformance/result.ts";
import { RollcallError } from "../../model/error.ts";
import { readUpgrade, type UpgradeState } from "../../record/series-files.ts";
import { writeJson } from "../../record/write-result.ts";

export type Stage = "before" | "after";

/** By its path or its name under `results`. Throws RollcallError "no-upgrade-check". */
export async function findUpgrade(
  reference: string,
  results: string,
): Promise<{ readonly folder: string; readonly state: UpgradeState }> {
  for (const folder of [resolve(reference), resolve(results, reference)]) {
    const state = await readUpgrade(folder);
    if (state !== undefined) return { folder, state };
  }
  throw new RollcallError(
    "no-upgrade-check",
    `${reference} is not the folder of an upgrade check.`,
    "Name the folder that `rollcall upgrade-check before <scenario>` printed.",
  );
}

const conformanceFile = (stage: Stage): string => `conformance-${stage}.json`;

export async function keepConformance(folder: string, stage: Stage, result: ConformanceResult): Promise<void> {
  await writeJson(folder, conformanceFile(stage), result);
}

/** Undefined: not tried yet. */
export function keptConformance(folder: string, stage: Stage): Promise<ConformanceResult | undefined> {
  return readBaseline(join(folder, conformanceFile(stage)));
}
