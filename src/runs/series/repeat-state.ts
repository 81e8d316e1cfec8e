import type { RepeatState, Side } from "../../record/series-files.ts";
import { notResumable } from "./series.ts";

/** Which side the next run is of; undefined: all are made. ABBA: a drift of machine or network meets both sides alike. */
export function nextSide({ targets, times, runs }: Pick<RepeatState, "targets" | "times" | "runs">): Side | undefined {
  if (runs.length >= times * targets.length) return undefined;
  if (targets.length === 1) return "base";
  const place = runs.length % 4;
  return place === 0 || place === 3 ? "base" : "candidate";
}

/** Throws RollcallError "not-resumable" if `old` is of something else. */
export function checkSame(folder: string, old: RepeatState | undefined, now: RepeatState): RepeatState {
  if (old === undefined) throw notResumable(folder, `there is no repeat.json in it`);
  if (old.scenario !== now.scenario) throw notResumable(folder, `it repeats ${old.scenario}, not ${now.scenario}`);
  if (old.targets.length !== now.targets.length || old.targets[1] !== now.targets[1]) {
    throw notResumable(folder, `its targets are ${old.targets.join(" and ")}, not ${now.targets.join(" and ")}`);
  }
  return { ...old, times: now.times };
}
