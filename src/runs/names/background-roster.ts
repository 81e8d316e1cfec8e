import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import type { BackgroundRoster } from "../../scenario/background-plan.ts";
import { canSpeak } from "./background-devices.ts";
import { findRunFrom } from "./roster-names.ts";

/** Read by others than its owner. */
const OTHERS = 0o077;

/** What the run that a scenario names has for a background. Throws an Error that says what is wrong. */
export async function readBackgroundRoster(
  reference: string,
  scenario: string,
  results: string,
): Promise<BackgroundRoster> {
  const folder = await findRunFrom(reference, scenario, results);
  const { plan, rosters } = await openRunFolder(folder);
  if (plan.groups !== undefined) throw new Error("its devices are of groups, each with an address of its own");
  for (const { path } of rosters) {
    const { mode } = await stat(path);
    if ((mode & OTHERS) === 0) continue;
    throw new Error(`${basename(path)} has credentials, and others than its owner may read it: chmod 600 ${path}`);
  }
  const seqs = new Set<number>();
  for await (const issued of readRosters(rosters)) if (canSpeak(issued)) seqs.add(issued.seq);
  return { run: plan.runId, folder, target: plan.target, devices: seqs.size };
}
