import { EXIT, type ExitCode } from "../../model/error.ts";
import { filterHistory, type HistoryFilter } from "../../history/filter.ts";
import { renderJson } from "../../history/json.ts";
import { type Listed, readHistory } from "../../history/read-history.ts";
import { renderText, sorted } from "../../history/text.ts";
import { type Trend, trendsOf } from "../../history/trend.ts";
import type { World } from "../world.ts";

/** What is looked at: folders of results, and what of them. */
export interface HistoryAsked extends HistoryFilter {
  /** None: that of --out. */
  readonly results: readonly string[];
  readonly out: string;
}

export interface History {
  readonly entries: readonly Listed[];
  readonly trends: readonly Trend[];
}

/** Throws RollcallError "no-results" or "usage". */
export async function historyOf({ clock }: Pick<World, "clock">, asked: HistoryAsked): Promise<History> {
  const now = clock.wall();
  const entries = filterHistory(await readHistory(foldersOf(asked), now), asked, now);
  return { entries, trends: trendsOf(sorted(entries).runs) };
}

export function foldersOf({ results, out }: Pick<HistoryAsked, "results" | "out">): readonly string[] {
  return results.length === 0 ? [out] : results;
}

export interface ViewListOptions extends HistoryAsked {
  readonly json: boolean;
  /** Lines of each table. */
  readonly limit: number;
}

/** Says what is kept: as tables, or all of it as JSON. Throws RollcallError. */
export async function viewList(world: Pick<World, "voice" | "clock">, options: ViewListOptions): Promise<ExitCode> {
  const { entries, trends } = await historyOf(world, options);
  const display = world.voice.display();
  await world.voice.say(
    options.json ? renderJson(entries, trends) : renderText(entries, trends, { ...display, shown: options.limit }),
  );
  return EXIT.pass;
}
