import { z } from "zod";
import { jsonSchemaOf } from "../record/schema-parts.ts";

const text = z.string();
const number = z.number();
const figure = number.nullable();
const side = z.strictObject({ runs: z.array(text), target: text, planHash: text });
const verdict = z.enum(["regression", "improvement", "no-change", "not-enough-runs"]);

/** What `compare --format json` prints: nobody reads it again but other programs. */
export const comparisonSchema = z.strictObject({
  version: z.literal(1),
  base: side,
  candidate: side,
  policy: z.strictObject({
    level: number,
    minimumEffect: number,
    floor: z.array(z.strictObject({ q: number, value: figure })).nullable(),
  }),
  metrics: z.array(
    z.strictObject({
      metric: text,
      unit: z.enum(["us", "ratio", "per-second"]),
      worse: z.enum(["higher", "lower"]),
      base: z.array(number),
      candidate: z.array(number),
      baseMedian: figure,
      candidateMedian: figure,
      shift: z.strictObject({ estimate: number, low: number, high: number }).nullable(),
      p: figure,
      adjustedP: figure,
      threshold: number,
      verdict,
      excludesBeyond: figure,
      runsNeeded: figure,
    }),
  ),
  warnings: z.array(text),
  verdict,
});

export const comparisonJsonSchema = () => jsonSchemaOf("rollcall comparison: compare --format json", comparisonSchema);
