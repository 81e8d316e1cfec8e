import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Grade } from "../src/model/summary.ts";
import { readJournal } from "../src/record/journal.ts";
import { journalPath } from "../src/record/shard-files.ts";
import { readSummaryFile } from "../src/record/summary-file.ts";
import { isUndisturbed, type Spell } from "./spells.ts";

/** What one load left behind, and what is wrong with it. */
export interface Left {
  readonly devices: number;
  readonly provisioned: number;
  readonly connected: number;
  /** Neither provisioned nor left out; each has to have met a fault of the server's. */
  readonly faulty: number;
  /** Whether the generators were fit to measure; on a machine with other work they may not be, which is no finding. */
  readonly grade: Grade | undefined;
  readonly wrong: readonly string[];
}

/** How far the clock of a generator may be from the simulator's, and a fault from the spell that began it. */
const SLACK_MS = 2_000;

/** Of the only run in the folder `out`. */
export async function examine(out: string, spells: readonly Spell[]): Promise<Left> {
  const [run = "", ...others] = await readdir(out);
  if (others.length > 0) throw new Error(`${out} has the results of several runs`);
  const folder = join(out, run);
  const summary = await readSummaryFile(folder);
  if (summary === undefined)
    return { devices: 0, provisioned: 0, connected: 0, faulty: 0, grade: undefined, wrong: ["no summary"] };
  const { ledger, rollCall, validity } = summary;
  let faulty = 0;
  let unprovoked = 0;
  let zero = Number.NaN;
  for await (const line of readJournal(journalPath(folder, 0))) {
    if (line.kind === "header") zero = Date.parse(line.startedAt);
    if (line.kind !== "outcome" || line.outcome.result.state === "provisioned") continue;
    faulty += 1;
    const { intended, ended } = line.outcome;
    if (isUndisturbed(zero + intended / 1_000, zero + ended / 1_000, spells, SLACK_MS)) unprovoked += 1;
  }
  const { planned, provisioned, connected } = ledger;
  const wrong = [
    ...ledger.imbalances.map((imbalance) => `the ledger does not balance: ${imbalance}`),
    ...(ledger.unreported > 0 ? [`${ledger.unreported} devices are unreported`] : []),
    ...(unprovoked > 0 ? [`${unprovoked} devices failed while no fault was on`] : []),
    ...(rollCall.hold?.lost ?? []).map(({ reason, count }) => `${count} held sessions were lost: ${reason}`),
  ];
  return { devices: planned, provisioned, connected, faulty, grade: validity.grade, wrong };
}
