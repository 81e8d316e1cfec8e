import { z } from "zod";
import { jsonSchemaOf } from "../record/schema-parts.ts";
import { entrySchema } from "./entry.ts";
import { TREND_FIGURES } from "./trend.ts";

const text = z.string();

/** What `view --json` prints: nobody reads it again but other programs. */
const historySchema = z.strictObject({
  version: z.literal(1),
  /** Each with the folder of results that it lies in. */
  entries: z.array(z.intersection(entrySchema, z.object({ results: text }))),
  trends: z.array(
    z.strictObject({
      scenario: text,
      target: text,
      client: text,
      planHash: text,
      /** Their ids, in the order in which they were made. */
      runs: z.array(text),
      counted: z.int().nonnegative(),
      changes: z.array(
        z.strictObject({
          figure: z.enum(TREND_FIGURES),
          run: text,
          startedAt: text,
          before: z.number(),
          since: z.number(),
          p: z.number(),
        }),
      ),
    }),
  ),
});

export function historyJsonSchema(): object {
  return jsonSchemaOf("rollcall history", historySchema);
}
