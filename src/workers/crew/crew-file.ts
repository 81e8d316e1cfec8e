import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Secret } from "../../model/secret.ts";
import { type FileKind, readKept } from "../../record/kept-file.ts";
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
  /** Files of results that are not here to the last byte yet. */
  readonly files: readonly string[];
}

const NAME = "crew-key.json";
const CREW: FileKind<z.infer<typeof crewSchema>> = {
  what: "the key of a run on a bus",
  version: 1,
  schema: crewSchema,
  hint: "Without it nobody can open what workers still keep: take the file from a copy of the run's folder.",
};

async function writeCrewFile(folder: string, { run, keys, files }: CrewFile): Promise<void> {
  const text = JSON.stringify({ version: 1, run, publicKey: keys.publicKey, secret: keys.secret.reveal(), files });
  const part = join(folder, `${NAME}.part`);
  await writeFile(part, `${text}\n`, { mode: 0o600 });
  await rename(part, join(folder, NAME));
}

/** Undefined: the run was not on a bus, or all its results are here. Throws RollcallError "damaged-file" or "file-version". */
export async function readCrewFile(folder: string): Promise<CrewFile | undefined> {
  const kept = await readKept(join(folder, NAME), CREW);
  if (kept === undefined) return undefined;
  const { run, publicKey, secret, files } = kept;
  return { run, keys: { publicKey, secret: new Secret(secret) }, files };
}

/** Names of what is still missing; when nothing is, the key is of no more use. */
export async function keepCrewFile(folder: string, crew: CrewFile): Promise<void> {
  if (crew.files.length > 0) await writeCrewFile(folder, crew);
  else await rm(join(folder, NAME), { force: true });
}
