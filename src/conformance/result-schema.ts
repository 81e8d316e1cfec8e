import { z } from "zod";
import { jsonSchemaOf } from "../record/schema-parts.ts";
import { COLUMN_IDS } from "./columns.ts";
import type { ConformanceResult } from "./result.ts";

const text = z.string();
const column = z.enum(COLUMN_IDS);
const facts = { id: text, title: text, row: text };

/** What `conformance --format json` writes, as docs/schema publishes it. */
export const conformanceSchema: z.ZodType<ConformanceResult> = z.strictObject({
  version: z.literal(1),
  rollcall: text,
  startedAt: text,
  target: text,
  server: text.optional().transform((value) => value),
  matches: z.array(column),
  expected: column,
  unknownRelease: text.optional(),
  cases: z.array(
    z.discriminatedUnion("verdict", [
      z.strictObject({ ...facts, verdict: z.literal("as-expected"), came: text }),
      z.strictObject({ ...facts, verdict: z.literal("differs"), came: text, expected: text }),
      z.strictObject({ ...facts, verdict: z.literal("not-applicable"), why: text }),
    ]),
  ),
});

export const conformanceJsonSchema = () =>
  jsonSchemaOf("rollcall conformance: conformance --format json", conformanceSchema);
