import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import pLimit from "p-limit";
import { EXIT, RollcallError } from "../model/error.ts";
import type { HistoryEntry } from "./entry.ts";
import { findFolders, type Found } from "./find-folders.ts";
import { readIndex, writeIndex } from "./index-file.ts";
import { readRunEntry } from "./read-run.ts";
import { readSeriesEntry } from "./read-series.ts";

/** An entry with the results folder that it lies in. */
export type Listed = HistoryEntry & { readonly results: string };

const READ_AT_ONCE = 8;

/**
 * All that is kept in some results folders, the newest first. What an index says is believed as long as the files it was
 * made from have their times and sizes. `now`: milliseconds since 1970. Throws RollcallError "no-results".
 */
export async function readHistory(folders: readonly string[], now: number): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for (const folder of new Set(folders.map((each) => resolve(each)))) {
    await requireResults(folder);
    all.push(...(await readOne(folder, now)));
  }
  return all.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

async function readOne(results: string, now: number): Promise<readonly Listed[]> {
  const found = findFolders(results);
  const index = await readIndex(results);
  const limit = pLimit(READ_AT_ONCE);
  const lines = await Promise.all(
    found.map(async (each) => {
      const known = index.get(each.path);
      if (known?.stamp === each.stamp) return { stamp: each.stamp, entry: known.entry, isNew: false };
      return { stamp: each.stamp, entry: await limit(() => read(results, each, now)), isNew: true };
    }),
  );
  const kept = lines.filter(({ entry }) => !isPassing(entry));
  if (lines.some(({ isNew, entry }) => isNew && !isPassing(entry)) || index.size !== kept.length) {
    await writeIndex(results, new Map(kept.map(({ stamp, entry }) => [entry.path, { stamp, entry }])));
  }
  return lines.map(({ entry }) => ({ ...entry, results }));
}

/** What is true for a moment only, whatever the times of the files. */
function isPassing(entry: HistoryEntry): boolean {
  return entry.kind === "run" && (entry.verdict === "running" || entry.verdict === "unreported");
}

function read(results: string, { kind, path, series }: Found, now: number): Promise<HistoryEntry> {
  return kind === "run" ? readRunEntry(results, path, series, now) : readSeriesEntry(results, path, kind);
}

async function requireResults(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new RollcallError(
    "no-results",
    `${folder} is ${found === undefined ? "not there" : "no folder"}: there are no results to list.`,
    "Name the folder that runs were written to with --out; by default that is ./results.",
    EXIT.usage,
  );
}
