import { z } from "zod";
import { countSchema, timeSchema } from "./schema-parts.ts";

const text = z.string();
const figure = z.number().nullable();
const unit = z.enum(["share", "bytes", "number", "per-second", "busy"]);

/** The part of summary.json that tells what the run's server said of itself. */
export const watchSummarySchema = z.strictObject({
  every: timeSchema,
  sources: z.array(
    z.strictObject({
      source: text,
      looks: countSchema,
      gaps: countSchema,
      firstGap: z.strictObject({ at: timeSchema, why: text }).nullable(),
      requests: countSchema,
      bytes: countSchema,
      took: z.strictObject({ median: timeSchema, most: timeSchema }).nullable(),
    }),
  ),
  services: z.array(
    z.strictObject({
      service: text,
      source: text,
      type: text.nullable(),
      processors: figure,
      memoryBytes: figure,
      diskBytes: figure,
      metrics: z.array(
        z.strictObject({ metric: text, unit, samples: countSchema, median: z.number(), most: z.number() }),
      ),
    }),
  ),
  servicesLeftOut: countSchema,
  course: z.strictObject({
    step: z.number().positive(),
    windows: countSchema,
    lines: z.array(z.strictObject({ service: text, metric: text, unit, values: z.array(figure) })),
  }),
});
