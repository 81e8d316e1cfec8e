import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Secret } from "../../model/secret.ts";
import { TOKEN } from "../bus/names.ts";
import type { KeyPair } from "../bus/seal.ts";

/** What it takes to fetch the results of a run whose coordinator was lost: 0600, and gone when all are here. */
const crewSchema = z.object({
  version: z.literal(1),
  run: z.string().regex(TOKEN),
  publicKey: z.string(),
  secret: z.string(),
  files: z.array(z.string()),
});

export interface CrewFile {
  readonly run: string;
  readonly keys: KeyPair;
  /** All files of results that the run's generators write. */
  readonly files: readonly string[];
}

const NAME = "crew-key.json";

export async function writeCrewFile(folder: string, { run, keys, files }: CrewFile): Promise<void> {
  const text = JSON.stringify({ version: 1, run, publicKey: keys.publicKey, secret: keys.secret.reveal(), files });
  await writeFile(join(folder, NAME), `${text}\n`, { mode: 0o600, flag: "wx" });
}

/** Undefined: the run was not on a bus, or all its results are here. */
export async function readCrewFile(folder: string): Promise<CrewFile | undefined> {
  const text = await readFile(join(folder, NAME), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { run, publicKey, secret, files } = crewSchema.parse(JSON.parse(text));
  return { run, keys: { publicKey, secret: new Secret(secret) }, files };
}

export async function removeCrewFile(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}
