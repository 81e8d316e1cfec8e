import { z } from "zod";
import type { DipSummary, MarkSummary } from "../model/mark.ts";
import { commandSchema } from "./marks-file.ts";
import { timeSchema } from "./schema-parts.ts";

const text = z.string();
const recovered = z.strictObject({ state: z.literal("recovered"), after: timeSchema, depth: z.number() });
const notRecovered = z.strictObject({ state: z.literal("not-recovered"), watched: timeSchema, depth: z.number() });

export const markSchema: z.ZodType<MarkSummary> = z.strictObject({
  at: timeSchema,
  text,
  command: commandSchema.exactOptional(),
  recovery: z.discriminatedUnion("state", [
    z.strictObject({ state: z.literal("no-dip") }),
    recovered,
    notRecovered,
    z.strictObject({ state: z.literal("unknown"), why: text }),
  ]),
});

export const dipSchema: z.ZodType<DipSummary> = z.strictObject({
  at: timeSchema,
  phase: text,
  kind: z.enum(["fewer", "slower"]),
  started: z.number().exactOptional(),
  recovery: z.discriminatedUnion("state", [recovered, notRecovered]),
});
