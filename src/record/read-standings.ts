import { readJournalBatches } from "./journal.ts";
import type { GeneratorFile, RunFiles } from "./run-folder.ts";
import { createStandings, noteMissing, type Shares, type Standings, takeLine } from "./standings.ts";

/** What all journals of a run say of its devices. Streams: what is kept is a byte a device. */
export async function readStandings(shares: Shares, files: Pick<RunFiles, "journals" | "rosters">): Promise<Standings> {
  const standings = createStandings(shares);
  for (const { generator, path } of files.journals) {
    for await (const lines of readJournalBatches(path)) for (const line of lines) takeLine(standings, generator, line);
  }
  for (const { generator } of journalsMissing(files)) noteMissing(standings, generator);
  return standings;
}

/** Rosters are made before journals: a roster alone is what is left of a generator whose journal was taken away. */
export function journalsMissing({
  journals,
  rosters,
}: Pick<RunFiles, "journals" | "rosters">): readonly Pick<GeneratorFile, "generator">[] {
  return rosters.filter((roster) => !journals.some(({ generator }) => generator === roster.generator));
}
