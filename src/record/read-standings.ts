import { type JournalOwner, readJournalBatches } from "./journal.ts";
import type { RunFiles } from "./run-folder.ts";
import type { GeneratorFile } from "./shard-files.ts";
import { createStandings, noteMissing, type Shares, type Standings, takeLine } from "./standings.ts";

/** `runId`: whose journals they must be. */
export interface RunShares extends Shares {
  readonly runId: string;
}

/** What all journals of a run say of its devices. Streams: what is kept is a byte a device. */
export async function readStandings(
  shares: RunShares,
  files: Pick<RunFiles, "journals" | "rosters" | "members">,
): Promise<Standings> {
  const standings = createStandings(shares);
  for (const { generator, path } of files.journals) {
    for await (const lines of readJournalBatches(path, ownerOf(shares, generator)))
      for (const line of lines) takeLine(standings, generator, line);
  }
  for (const { generator } of journalsMissing(files)) noteMissing(standings, generator);
  return standings;
}

/**
 * Rosters are made before journals: a roster alone is what is left of a generator whose journal was taken away. A
 * generator of a lost worker may have begun though nothing of it came over the bus.
 */
export function journalsMissing({
  journals,
  rosters,
  members,
}: Pick<RunFiles, "journals" | "rosters" | "members">): readonly Pick<GeneratorFile, "generator">[] {
  const begun = new Set([
    ...rosters.map(({ generator }) => generator),
    ...(members ?? []).flatMap(({ shards }) => shards),
  ]);
  return [...begun]
    .filter((each) => !journals.some(({ generator }) => generator === each))
    .map((generator) => ({ generator }));
}

function ownerOf({ runId, generators }: RunShares, index: number): JournalOwner {
  return { runId, shard: { index, count: generators } };
}
