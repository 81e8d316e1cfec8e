import { z } from "zod";
import { countSchema, jsonSchemaOf } from "../record/schema-parts.ts";

const text = z.string();

/** What `doctor --format json` prints: nobody reads it again but other programs. */
export const diagnosisSchema = z.strictObject({
  version: z.literal(1),
  scenario: text,
  target: text,
  simulated: z.boolean(),
  counts: z.strictObject({ ok: countSchema, warning: countSchema, problem: countSchema, "not-checked": countSchema }),
  findings: z.array(
    z.strictObject({
      section: text,
      check: text,
      state: z.enum(["ok", "warning", "problem", "not-checked"]),
      found: text,
      /** What to do about it; null: nothing. */
      fix: text.nullable(),
    }),
  ),
});

export const diagnosisJsonSchema = () => jsonSchemaOf("rollcall doctor: doctor --format json", diagnosisSchema);
