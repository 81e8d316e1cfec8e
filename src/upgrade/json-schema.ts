import { z } from "zod";
import { comparisonSchema } from "../compare/comparison-schema.ts";
import { EXIT } from "../model/error.ts";
import { countSchema, jsonSchemaOf } from "../record/schema-parts.ts";

const text = z.string();
const server = z.strictObject({
  at: text,
  target: text,
  server: text.nullable(),
  unknownRelease: text.optional(),
  behavesLike: z.array(text),
});
const status = z.enum(["SUCCESS", "FAILURE"]).nullable();

/** report.json of an upgrade check, which `upgrade-check after --format json` prints too. */
export const upgradeSchema = z.strictObject({
  version: z.literal(1),
  rollcall: text,
  before: server,
  after: server,
  rollCall: z.strictObject({
    called: countSchema,
    connected: countSchema,
    absent: z.array(z.strictObject({ why: text, count: countSchema })),
    absentNames: z.array(text),
    negativeControl: z.enum(["refused", "admitted", "unreachable", "not-made"]),
  }),
  reprovisioning: z.strictObject({
    asked: countSchema,
    came: z.record(text, countSchema),
    expected: status,
    expectedBefore: status,
  }),
  conformance: z
    .strictObject({
      compared: countSchema,
      changes: z.array(
        z.strictObject({ id: text, title: text, row: text, before: text, after: text, known: z.boolean() }),
      ),
    })
    .nullable(),
  comparison: comparisonSchema.nullable(),
  refusals: z.array(text),
  verdict: z.strictObject({
    passed: z.boolean(),
    exitCode: z.literal(Object.values(EXIT)),
    headline: text,
    reasons: z.array(text),
  }),
});

export const upgradeJsonSchema = () =>
  jsonSchemaOf("rollcall upgrade check: upgrade-check after --format json", upgradeSchema);
