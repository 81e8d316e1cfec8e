import { join } from "node:path";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { choosePruned, type Item, type PruneCriteria } from "../../history/prune-choice.ts";
import { readHistory } from "../../history/read-history.ts";
import { SERIES_FILES } from "../../history/read-series.ts";
import { minuteText } from "../../history/wording.ts";
import { deleteTogether } from "../../record/delete-run.ts";
import { printable } from "../../writing/text-width.ts";
import type { World } from "../world.ts";
import { foldersOf } from "./view-list.ts";
import { quantity } from "../../writing/notation.ts";

export interface PruneOptions extends PruneCriteria {
  readonly results: readonly string[];
  readonly out: string;
  readonly yes: boolean;
}

/** Takes old runs and series away; without `yes` only says which. Ends with 4 where something stays. Throws RollcallError. */
export async function prune(
  { voice, clock }: Pick<World, "voice" | "clock">,
  options: PruneOptions,
): Promise<ExitCode> {
  const { keep, olderThan, label } = options;
  if (keep === undefined && olderThan === undefined && label.length === 0) {
    throw new RollcallError(
      "usage",
      "Nothing says what may go.",
      "Add --older-than 90d, --keep 20 or --label tmp=yes.",
    );
  }
  const items = choosePruned(await readHistory(foldersOf(options), clock.wall()), options, clock.wall());
  for (const item of items) await voice.say(lineOf(item));
  if (items.length === 0) {
    await voice.say("Nothing to take away.");
    return EXIT.pass;
  }
  if (!options.yes) {
    await voice.say(`${quantity(items.length, "folder")} would go. Add --yes to do it.`);
    return EXIT.pass;
  }
  const stayed = [];
  for (const item of items) {
    const why = await takeAway(item, clock.wall());
    if (why !== undefined) stayed.push(why);
  }
  for (const why of stayed) voice.warn(why);
  await voice.say(
    `${quantity(items.length - stayed.length, "folder")} gone${stayed.length === 0 ? "" : `, ${stayed.length} stayed`}.`,
  );
  return stayed.length === 0 ? EXIT.pass : EXIT.rollCall;
}

/** Why it stays; undefined: it is gone. */
async function takeAway({ results, path, runs, series }: Item, now: number): Promise<string | undefined> {
  try {
    const ofSeries = series === undefined ? undefined : { path, last: SERIES_FILES[series.kind] };
    await deleteTogether({ results, runs: runs.map((run) => run.path), series: ofSeries }, now);
    return undefined;
  } catch (error) {
    if (error instanceof RollcallError) return error.message;
    throw error;
  }
}

function lineOf({ results, path, startedAt, runs, series }: Item): string {
  const what = series === undefined ? "run" : `${series.kind} of ${quantity(runs.length, "run")}`;
  return `${minuteText(startedAt)}  ${what}  ${printable(join(results, path))}`;
}
