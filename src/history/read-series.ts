import { join } from "node:path";
import { reasonOf, RollcallError } from "../model/error.ts";
import { readRepeat, readSearch, readUpgrade } from "../record/series-files.ts";
import { formatRate, quantity } from "../writing/notation.ts";
import type { HistoryEntry } from "./entry.ts";
import { timeOf } from "./read-run.ts";

/** The file by which the folder of a series is known, and what reads it. */
export const SERIES_FILES = { repeat: "repeat.json", search: "search.json", "upgrade-check": "upgrade.json" } as const;
export type SeriesKind = keyof typeof SERIES_FILES;

/** What a list says of a series or a check. What is damaged is listed as that. */
export async function readSeriesEntry(results: string, path: string, kind: SeriesKind): Promise<HistoryEntry> {
  const startedAt = timeOf(path);
  try {
    const { scenario, headline } = await about(join(results, path), kind);
    return { kind, path, startedAt, scenario, headline };
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return { kind: "damaged", path, startedAt, scenario: "", headline: reasonOf(error) };
  }
}

interface About {
  readonly scenario: string;
  readonly headline: string;
}

async function about(folder: string, kind: SeriesKind): Promise<About> {
  switch (kind) {
    case "repeat": {
      const state = await readRepeat(folder);
      if (state === undefined) return NOTHING;
      const wanted = state.times * state.targets.length;
      const against = state.targets.length > 1 ? ", two targets in turn" : "";
      return { scenario: state.scenario, headline: `${state.runs.length} of ${quantity(wanted, "run")}${against}` };
    }
    case "search": {
      const state = await readSearch(folder);
      if (state === undefined) return NOTHING;
      const rates = (outcome: string) =>
        state.trials.filter((each) => each.outcome === outcome).map(({ rate }) => rate);
      const [passed, failed] = [rates("passed"), rates("failed")];
      const best = passed.length === 0 ? "no rate passed" : `${formatRate(Math.max(...passed))}/s passed`;
      const worst = failed.length === 0 ? "" : `, ${formatRate(Math.min(...failed))}/s failed`;
      return { scenario: state.scenario, headline: `${quantity(state.trials.length, "trial")}: ${best}${worst}` };
    }
    case "upgrade-check": {
      const state = await readUpgrade(folder);
      if (state === undefined) return NOTHING;
      return { scenario: state.scenario, headline: `${quantity(state.times, "run")} before and after` };
    }
  }
}

/** It was taken away between two looks. */
const NOTHING: About = { scenario: "", headline: "gone" };
