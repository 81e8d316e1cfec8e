import type { Afterwards } from "../model/afterwards.ts";
import type { Timeline } from "../model/timeline.ts";
import type { Summary } from "../model/summary.ts";
import type { Seq } from "../model/units.ts";
import { type JournalOwner, readJournalBatches } from "../record/journal.ts";
import type { NamesOf } from "../record/journal-line.ts";
import { journalsMissing } from "../record/read-standings.ts";
import { readIdentityHashes, readRosters } from "../record/roster.ts";
import { openRunFolder } from "../record/run-folder.ts";
import { readBrakeRecord } from "../record/brake-file.ts";
import { readCalibration } from "../record/calibration-file.ts";
import { readMarks } from "../record/marks-file.ts";
import { readServerRecord } from "../record/server-file.ts";
import { readWatch } from "../record/watch-file.ts";
import { noteMissing } from "../record/standings.ts";
import { findDuplicates } from "./duplicates.ts";
import { phaseResults, together } from "./figures.ts";
import { createJournalFold } from "./journal-fold.ts";
import { type PlanFacts, planFacts } from "./plan-facts.ts";
import { type ResultHistogram, resultHistograms } from "./result-histograms.ts";
import { timelineBySecond } from "./timeline.ts";
import { createRunTally } from "./run-tally.ts";
import { summarise } from "./summarise.ts";

export interface FoldedRun {
  readonly summary: Summary;
  readonly histograms: readonly ResultHistogram[];
  /** The run a second at a time, which is too long for a summary; absent: made from a summary; gives undefined: nothing happened. */
  readonly bySecond?: () => Timeline | undefined;
  /** What was seen and done at the server since, which is no part of the run; absent: nothing, or nobody asks for it. */
  readonly afterwards?: readonly Afterwards[];
}

export interface FoldOptions {
  /** Names devices that a crashed generator had claimed and wrote no line of; by default they are "device <seq>". */
  readonly nameOf?: (seq: Seq, attempt?: number) => string | undefined;
}

/**
 * Reads a run's folder (plan.json, journals, rosters, server.json, marks.ndjson, watch.ndjson, calibration.json, workers.json) and nothing else: the same files give the same summary, to the
 * byte. Streams; memory does not grow with the devices but for a byte each, their round trips in 4 bytes, and 8 bytes
 * of hash. Throws RollcallError "run-folder", "damaged-file" or "file-version".
 */
export async function foldRun(folder: string, options: FoldOptions = {}): Promise<FoldedRun> {
  const files = await openRunFolder(folder);
  const server = await readServerRecord(folder);
  const facts = planFacts(files.plan, files.journals.length, server);
  const tally = createRunTally(facts);
  const namesOf = namesToKnow(facts);
  for (const { generator, path } of files.journals) {
    const fold = createJournalFold(facts, tally, generator);
    for await (const lines of readJournalBatches(path, ownerOf(facts, generator), namesOf)) lines.forEach(fold);
  }
  for (const { generator } of journalsMissing(files)) noteMissing(tally.standings, generator);
  const calibration = await readCalibration(folder);
  const stoppedBy = await readBrakeRecord(folder);
  const duplicates = await findDuplicates(
    { hashes: () => readIdentityHashes(files.rosters), issued: () => readRosters(files.rosters) },
    facts.planned,
  );
  const results = phaseResults(facts, tally);
  const measured = results.filter(({ phase }) => !phase.warmup);
  return {
    summary: summarise(facts, tally, {
      duplicates,
      server,
      calibration,
      stoppedBy,
      members: files.members,
      marks: await readMarks(folder),
      watch: await readWatch(folder),
      nameOf: options.nameOf ?? (() => undefined),
    }),
    histograms: resultHistograms(together(measured)),
    bySecond: () =>
      timelineBySecond(tally.seconds, tally.places, { groups: facts.plan.fleet.groups, tallies: tally.groups }),
  };
}

/** Who met its own name when it tried again, and which of those that failed are there all the same, is told by name. */
function namesToKnow({ plan, ghosts }: PlanFacts): NamesOf {
  return plan.fleet.retry === undefined && ghosts === undefined ? "the failed" : "all";
}

function ownerOf({ plan, generators }: PlanFacts, index: number): JournalOwner {
  return { runId: plan.runId, shard: { index, count: generators } };
}
