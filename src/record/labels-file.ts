import { join } from "node:path";
import { z } from "zod";
import {
  LABEL_NAME,
  LONGEST_LABEL,
  LONGEST_NOTE,
  MOST_LABELS,
  NO_LABELS,
  PRINTABLE_LINE,
  type RunLabels,
} from "../model/labels.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { jsonSchemaOf } from "./schema-parts.ts";
import { writeJson } from "./write-result.ts";

export const LABELS_NAME = "labels.json";

const label = z.string().min(1).max(LONGEST_LABEL).regex(PRINTABLE_LINE);
const schema = z.strictObject({
  version: z.literal(1),
  labels: z
    .record(z.string().regex(LABEL_NAME), label)
    .refine((labels) => Object.keys(labels).length <= MOST_LABELS, { error: `expected up to ${MOST_LABELS} labels` }),
  note: z.string().max(LONGEST_NOTE).regex(PRINTABLE_LINE),
});

const LABELS: FileKind<z.output<typeof schema>> = {
  what: "the labels of a run",
  version: 1,
  schema,
  hint: "Delete it and label the run again: rollcall label <that run> build=4.3.1",
};

/** What nobody said is nothing. Throws RollcallError "damaged-file" or "file-version". */
export async function readRunLabels(folder: string): Promise<RunLabels> {
  const kept = await readKept(join(folder, LABELS_NAME), LABELS);
  return kept === undefined ? NO_LABELS : { labels: kept.labels, note: kept.note };
}

/** A file of its own, so that what is said later changes neither the plan nor the results. */
export function writeRunLabels(folder: string, { labels, note }: RunLabels): Promise<void> {
  return writeJson(folder, LABELS_NAME, { version: 1, labels, note });
}

export const labelsJsonSchema = () => jsonSchemaOf("rollcall labels: labels.json of a run", schema);
