import { type Dirent, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { LABELS_NAME } from "../record/labels-file.ts";
import { SERIES_FILES, type SeriesKind } from "./read-series.ts";

/** A folder of a run, a series or a check, and by which files its line in a list was made. */
export interface Found {
  readonly kind: "run" | SeriesKind;
  /** From the results folder. */
  readonly path: string;
  /** Path of the series that it lies in; "": none. */
  readonly series: string;
  /** Changes when any file does from which its line is made. */
  readonly stamp: string;
}

const RUN_FILES = ["plan.json", "summary.json", LABELS_NAME] as const;
/** A results folder, an upgrade check, its stage, a run. */
const DEEPEST = 4;

/**
 * All that lies in a results folder and below, symbolic links left aside. Thousands of folders are looked at at once, each
 * by the times and sizes of a few files; that is done without waiting between them, which is ten times as fast.
 */
export function findFolders(results: string): readonly Found[] {
  const found: Found[] = [];
  const visit = (folder: string, series: string, depth: number): void => {
    for (const entry of entriesOf(folder, depth)) {
      if (!entry.isDirectory()) continue;
      const child = join(folder, entry.name);
      const path = relative(results, child);
      const kind = kindOf(child);
      if (kind === "run") {
        found.push({ kind, path, series, stamp: stampOf(child, RUN_FILES) });
        continue;
      }
      if (kind !== undefined) found.push({ kind, path, series, stamp: stampOf(child, [SERIES_FILES[kind]]) });
      if (depth < DEEPEST) visit(child, kind === undefined ? series : path, depth + 1);
    }
  };
  visit(results, "", 1);
  return found;
}

/** One below the results folder that cannot be read, or that goes away meanwhile, hides nothing but itself. */
function entriesOf(folder: string, depth: number): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (depth === 1) throw error;
    return [];
  }
}

function kindOf(folder: string): Found["kind"] | undefined {
  if (isFile(join(folder, "plan.json"))) return "run";
  return (Object.keys(SERIES_FILES) as SeriesKind[]).find((kind) => isFile(join(folder, SERIES_FILES[kind])));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function stampOf(folder: string, names: readonly string[]): string {
  return names
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .map((file) => (file === undefined ? "-" : `${file.mtimeMs}:${file.size}`))
    .join(" ");
}
