import { z } from "zod";
import { FAILURE_KINDS, REJECTION_STATUSES, STAGES } from "../model/outcome.ts";
import { countSchema, timeSchema } from "./schema-parts.ts";

/** The parts of a summary that pictures are made from. */

const counts = z.array(countSchema);
const shares = z.array(z.number().nullable());
const times = z.array(timeSchema.nullable());

const span = z.strictObject({
  kind: z.enum(["phase", "roll-call", "hold"]),
  phase: z.int(),
  name: z.string(),
  warmup: z.boolean(),
  open: z.boolean(),
  from: z.number(),
  to: z.number(),
});

const roundTrips = z.strictObject({
  phase: countSchema,
  from: z.int(),
  to: z.int(),
  count: countSchema,
  p50: timeSchema.nullable(),
  p90: timeSchema.nullable(),
  p99: timeSchema.nullable(),
  max: timeSchema,
});

export const timelineSchema = z.strictObject({
  from: z.int(),
  step: z.int().positive(),
  spans: z.array(span),
  counts: z.strictObject({
    planned: counts,
    started: counts,
    provisioned: counts,
    rejected: counts,
    failed: counts,
    aborted: counts,
    timeouts: counts,
    connected: counts,
    refused: counts,
    unreachable: counts,
  }),
  inFlight: counts,
  held: z.array(countSchema.nullable()),
  failures: z.array(z.strictObject({ kind: z.enum(FAILURE_KINDS), counts })),
  rejections: z.array(z.strictObject({ status: z.enum(REJECTION_STATUSES), counts })),
  roundTrips: z.array(roundTrips),
  heat: z.strictObject({
    from: z.int(),
    step: z.int().positive(),
    bounds: z.array(timeSchema),
    counts: z.array(counts),
  }),
  stages: z.array(z.strictObject({ stage: z.enum(STAGES), means: times })),
  generators: z.array(
    z.strictObject({ generator: countSchema, utilisation: shares, cpuShare: shares, delay: times, lateness: times }),
  ),
  generatorsLeftOut: countSchema,
  places: z.array(z.strictObject({ place: z.string(), answered: counts, failed: counts })).exactOptional(),
  placesLeftOut: countSchema.exactOptional(),
  groups: z
    .array(z.strictObject({ group: z.string(), provisioned: counts, rejected: counts, failed: counts }))
    .exactOptional(),
});

export const percentileCurveSchema = z.strictObject({
  phase: countSchema,
  metric: z.enum(["roundTrip", "responseTime"]),
  points: z.array(z.strictObject({ q: z.number(), value: timeSchema, low: timeSchema, high: timeSchema })),
});
