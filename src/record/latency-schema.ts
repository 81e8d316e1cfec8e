import { z } from "zod";
import { METRICS } from "../model/figures.ts";
import { countSchema, timeSchema } from "./schema-parts.ts";

/** What a summary says of one set of outcomes. */

const figure = z.number().nullable();
const time = timeSchema.nullable();

const quantile = z.strictObject({
  q: z.number(),
  value: time,
  low: time,
  high: time,
  atLeast: time.optional(),
  needs: z.number(),
});

const latency = z
  .strictObject({
    count: countSchema,
    min: time,
    mean: figure,
    max: time,
    quantiles: z.array(quantile),
    overflow: countSchema,
  })
  .meta({ id: "latency" });

const byState = z
  .strictObject({ success: latency, failure: latency, withTimeouts: latency, timeouts: countSchema })
  .meta({ id: "latencyByState" });

export const latenciesSchema = z.record(z.enum(METRICS), byState);

export const figuresSchema = z
  .strictObject({
    planned: countSchema,
    started: countSchema,
    provisioned: countSchema,
    failureRate: figure,
    duration: timeSchema,
    plannedRate: figure,
    startedRate: figure,
    provisionedRate: figure,
    latencies: latenciesSchema,
  })
  .meta({ id: "figures" });

export const attemptTimesSchema = z.strictObject({
  count: countSchema,
  p50: timeSchema.nullable(),
  p95: timeSchema.nullable(),
  p99: timeSchema.nullable(),
});
