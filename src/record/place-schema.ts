import { z } from "zod";
import { FAILURE_KINDS } from "../model/outcome.ts";
import { countSchema, timeSchema } from "./schema-parts.ts";

const text = z.string();
const failures = z.array(z.strictObject({ kind: z.enum(FAILURE_KINDS), count: countSchema }));
const times = z.strictObject({ count: countSchema, p50: timeSchema.nullable(), p99: timeSchema.nullable() });

/* Addresses side by side, as summary.json has them: where devices were sent, where connections came from, where who logged in. */

export const placeSchema = z.strictObject({
  place: text,
  devices: countSchema,
  provisioned: countSchema,
  rejected: countSchema,
  failed: countSchema,
  aborted: countSchema,
  failures,
  perSecond: z.number().nullable(),
  roundTrip: times,
  unknown: countSchema,
  ghosts: countSchema.nullable(),
  outages: z.array(z.strictObject({ from: timeSchema, to: timeSchema.nullable(), failures: countSchema })),
});

export const sourceSchema = z.strictObject({
  address: text,
  devices: countSchema,
  failed: countSchema,
  triedAgain: countSchema,
  failures,
  roundTrip: times,
  logins: countSchema,
  failedLogins: countSchema,
  standsOut: z.boolean(),
});

export const loginPlacesSchema = z.strictObject({
  at: z.enum(["other", "each"]),
  pairs: z.array(
    z.strictObject({
      issuedAt: text,
      place: text,
      logins: countSchema,
      refused: countSchema,
      failed: countSchema,
      login: times,
    }),
  ),
});
