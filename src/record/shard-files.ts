import { join } from "node:path";

/** What one generator writes into the folder of its run. */
export const journalPath = (folder: string, generator: number): string => join(folder, `journal-${generator}.ndjson`);
export const rosterPath = (folder: string, generator: number): string => join(folder, `roster-${generator}.ndjson`);

export interface GeneratorFile {
  readonly generator: number;
  readonly path: string;
}

/** All of one kind among the names in a run's folder, by generator. */
export function generatorFiles(
  folder: string,
  names: readonly string[],
  kind: "journal" | "roster",
): readonly GeneratorFile[] {
  const pattern = new RegExp(`^${kind}-(\\d+)\\.ndjson$`);
  return names
    .map((name) => ({ generator: Number(pattern.exec(name)?.[1] ?? NaN), path: join(folder, name) }))
    .filter(({ generator }) => !Number.isNaN(generator))
    .sort((a, b) => a.generator - b.generator);
}
