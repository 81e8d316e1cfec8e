import { z } from "zod";

/** A key of which nothing is stored has one value, null. */
export const latestValues = z.record(
  z.string(),
  z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional() })).max(100),
);
