import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readBaseline } from "../../conformance/baseline.ts";
import type { ConformanceResult } from "../../conformance/result.ts";
import { RollcallError } from "../../model/error.ts";
import { writeJson } from "../../record/run-folder.ts";
import { readState } from "../series/series.ts";

export type Stage = "before" | "after";

/** upgrade.json: what both halves of an upgrade check must agree on. No secret: options are given again. */
export interface UpgradeState {
  readonly version: 1;
  readonly scenario: string;
  /** Runs before, and after. */
  readonly times: number;
  readonly planHash: string;
}

const UPGRADE_FILE = "upgrade.json";

export async function writeUpgrade(folder: string, state: UpgradeState): Promise<void> {
  await writeJson(folder, UPGRADE_FILE, state);
}

/** By its path or its name under `results`. Throws RollcallError "no-upgrade-check". */
export async function findUpgrade(
  reference: string,
  results: string,
): Promise<{ readonly folder: string; readonly state: UpgradeState }> {
  for (const folder of [resolve(reference), resolve(results, reference)]) {
    const state = (await readState(folder, UPGRADE_FILE)) as UpgradeState | undefined;
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
export async function keptConformance(folder: string, stage: Stage): Promise<ConformanceResult | undefined> {
  const path = join(folder, conformanceFile(stage));
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : readBaseline(text, path);
}
