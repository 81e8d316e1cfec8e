import { shellWord } from "../../writing/shell-word.ts";
import { readCrewFile } from "../../workers/crew/crew-file.ts";

/** What is said of a run whose workers may still have results of it; undefined: all are here, or they cannot be opened any more. */
export async function resultsElsewhere(folder: string): Promise<string | undefined> {
  const crew = await readCrewFile(folder).catch(() => undefined);
  if (crew === undefined) return undefined;
  return `Workers may still have results of this run. When they are back: rollcall collect ${shellWord(folder)} --bus nats://host:4222`;
}
