import { dirname, resolve } from "node:path";
import { RollcallError } from "../../model/error.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { createGroupOf } from "../../model/group-of.ts";
import type { Seq } from "../../model/units.ts";
import type { RosterName } from "../../scenario/roster-names.ts";
import { findRun, isRun } from "../results/find-run.ts";

/**
 * Names of the devices that an earlier run provisioned, in the order in which they arrived, each with its group. `reference`: its folder, seen from the
 * scenario or from here, or its name or short id under `results`, or "latest". Throws an Error that says what is wrong.
 */
export async function readRosterNames(
  reference: string,
  scenario: string,
  results: string,
): Promise<readonly RosterName[]> {
  const folder = await findRunFrom(reference, scenario, results);
  const { plan, rosters } = await openRunFolder(folder);
  const groupOf = createGroupOf(plan.fleet);
  const found: { readonly seq: Seq; readonly name: string }[] = [];
  for await (const { seq, name } of readRosters(rosters)) {
    if (name !== undefined && name.trim() !== "") found.push({ seq, name });
  }
  return found
    .sort((a, b) => a.seq - b.seq)
    .map(({ seq, name }) => ({ name, group: plan.fleet.groups?.[groupOf(seq) ?? 0]?.name }));
}

/** The folder of an earlier run that a scenario names. Throws an Error that says what is wrong. */
export async function findRunFrom(reference: string, scenario: string, results: string): Promise<string> {
  const beside = resolve(dirname(scenario), reference);
  return (await isRun(beside)) ? beside : await findRun(reference, results).catch(explain);
}

/** The hint names the runs that there are. */
function explain(error: unknown): never {
  throw error instanceof RollcallError ? new Error(`${error.message} ${error.hint}`, { cause: error }) : error;
}
