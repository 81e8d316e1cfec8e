import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import type { RecordedPlan } from "../model/plan.ts";
import type { Summary } from "../model/summary.ts";
import { jsonText } from "../writing/json-text.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { makeFolder } from "./make-folder.ts";
import { planSchema } from "./plan-schema.ts";
import { jsonSchemaOf } from "./schema-parts.ts";
import { summarySchema } from "./summary-schema.ts";
import { writeWholeFile } from "./whole-file.ts";

/** Runs of one release, kept in one file to be compared with later. Of each what a comparison reads: no journal, no roster, no secret. */
export interface Baseline {
  readonly version: 1;
  readonly kind: "baseline";
  /** ISO 8601. */
  readonly savedAt: string;
  /** The version that wrote it. */
  readonly rollcall: string;
  readonly runs: readonly KeptRun[];
}

export interface KeptRun {
  readonly plan: RecordedPlan;
  readonly summary: Summary;
}

const baselineSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal("baseline"),
  savedAt: z.string(),
  rollcall: z.string(),
  runs: z.array(z.strictObject({ plan: planSchema, summary: summarySchema })).min(1),
});

const BASELINE: FileKind<Baseline> = {
  what: "a baseline",
  version: 1,
  schema: baselineSchema,
  hint: "Name a file that `rollcall baseline save` wrote, or save one anew from runs of a good release.",
  compressed: true,
};

export const baselineJsonSchema = () => jsonSchemaOf("rollcall baseline: runs of one release", baselineSchema);

/** Throws RollcallError "no-baseline", "damaged-file" or "file-version". */
export async function readBaseline(path: string): Promise<Baseline> {
  const found = await readKept(path, BASELINE);
  if (found !== undefined) return found;
  throw new RollcallError(
    "no-baseline",
    `There is no file ${path}.`,
    "Make it from runs of a good release first: rollcall baseline save <file> <runs>.",
    EXIT.usage,
  );
}

/**
 * Takes the place of an earlier baseline, and of nothing else; compressed where its name ends in .gz. Gives its size in bytes.
 * Throws RollcallError "damaged-file", "file-version" or "baseline-not-written".
 */
export async function writeBaseline(path: string, baseline: Baseline): Promise<number> {
  // A summary, or a file of somebody else, is not written over by a slip of the name.
  await readKept(path, BASELINE);
  const text = `${jsonText(baseline, 2)}\n`;
  try {
    await makeFolder(dirname(path));
    await writeWholeFile(path, path.endsWith(".gz") ? await promisify(gzip)(text) : text);
    return (await stat(path)).size;
  } catch (error) {
    throw new RollcallError(
      "baseline-not-written",
      `The baseline cannot be written to ${path}: ${reasonOf(error)}.`,
      "Name a file in a folder that you may write to.",
      EXIT.usage,
      error,
    );
  }
}
