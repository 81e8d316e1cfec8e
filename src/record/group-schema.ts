import { z } from "zod";
import { FAILURE_KINDS } from "../model/outcome.ts";
import { latenciesSchema } from "./latency-schema.ts";
import { countSchema } from "./schema-parts.ts";

/** What a summary says of one group of devices. */
export const groupSchema = z.strictObject({
  group: z.string(),
  url: z.string(),
  planned: countSchema.nullable(),
  started: countSchema,
  dropped: countSchema,
  unreported: countSchema.nullable(),
  provisioned: countSchema,
  rejected: countSchema,
  failed: countSchema,
  aborted: countSchema,
  connected: countSchema,
  mute: countSchema.exactOptional(),
  refused: countSchema,
  unreachable: countSchema,
  uncalled: countSchema,
  failures: z.array(z.strictObject({ kind: z.enum(FAILURE_KINDS), count: countSchema })),
  unknown: countSchema,
  ghosts: countSchema.nullable(),
  failureRate: z.number().nullable(),
  perSecond: z.number().nullable(),
  latencies: latenciesSchema,
});
