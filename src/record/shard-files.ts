import { join } from "node:path";

/** What one generator writes into the folder of its run. */
export const journalPath = (folder: string, generator: number): string => join(folder, `journal-${generator}.ndjson`);
export const rosterPath = (folder: string, generator: number): string => join(folder, `roster-${generator}.ndjson`);
