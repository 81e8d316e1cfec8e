import { z } from "zod";
import { attemptTimesSchema } from "./latency-schema.ts";
import { countSchema, timeSchema } from "./schema-parts.ts";

/** What a summary says of a fleet that was already there. */

const text = z.string();

const messages = z.strictObject({
  intended: countSchema,
  acknowledged: countSchema,
  timedOut: countSchema,
  refused: countSchema,
  lost: countSchema,
  offline: countSchema,
  dropped: countSchema,
  aborted: countSchema,
  unreported: z.int(),
});

const messageLatency = z.strictObject({
  count: countSchema,
  p50: timeSchema.nullable(),
  p90: timeSchema.nullable(),
  p99: timeSchema.nullable(),
  max: timeSchema.nullable(),
});

export const backgroundSummarySchema = z.strictObject({
  run: text,
  publish: z.enum(["telemetry", "attributes"]),
  every: timeSchema,
  over: z.enum(["http", "coap"]).exactOptional(),
  devices: z.strictObject({
    asked: countSchema,
    connected: countSchema,
    refused: countSchema,
    unreachable: countSchema,
    uncalled: countSchema,
    unreported: z.int(),
  }),
  notConnected: z.array(z.strictObject({ reason: text, count: countSchema, example: text })),
  sessions: z.strictObject({
    lost: countSchema,
    losses: z.array(z.strictObject({ reason: text, count: countSchema })),
    first: z.array(z.strictObject({ at: timeSchema, device: text, reason: text })),
    notBack: countSchema,
    reconnects: z.strictObject({ attempts: countSchema, timeToBack: attemptTimesSchema }).exactOptional(),
  }),
  messages,
  measured: messageLatency,
  stages: z.array(
    z.strictObject({
      name: text,
      stage: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("before") }),
        z.strictObject({ kind: z.literal("load"), phase: countSchema }),
        z.strictObject({ kind: z.literal("roll-call") }),
        z.strictObject({ kind: z.literal("hold") }),
        z.strictObject({ kind: z.literal("after") }),
      ]),
      messages,
      roundTrip: messageLatency,
      responseTime: messageLatency,
    }),
  ),
  course: z
    .strictObject({
      from: z.int(),
      step: z.int().positive(),
      p50: z.array(timeSchema.nullable()),
      p99: z.array(timeSchema.nullable()),
      max: z.array(timeSchema.nullable()),
      lost: z.array(countSchema),
    })
    .exactOptional(),
  imbalances: z.array(text),
});
