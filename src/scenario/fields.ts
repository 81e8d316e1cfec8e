import { z } from "zod";
import { type Us, us } from "../model/units.ts";
import { parseDuration, parseRate, parseShare } from "./quantities.ts";

/** Field types of a scenario; each message says what to write instead. */

const text = (parse: (value: string | number) => number | undefined, fix: string, description: string) =>
  z
    .union([z.number(), z.string()], { error: fix })
    .transform((value, context) => {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: "custom", message: fix });
      return z.NEVER;
    })
    .describe(description);

export const duration = text(
  (value) => parseDuration(value),
  "write a duration: 500ms, 30s, 5m, or a number of seconds",
  "A duration: 500ms, 30s, 5m, or a number of seconds",
).transform((value): Us => us(value));

export const rate = text(
  parseRate,
  "write a rate: 100/s, 600/m, or a number a second",
  "A rate: 100/s, 600/m, or a number a second",
);

export const positiveRate = text(
  (value) => positive(parseRate(value)),
  "write a rate above 0: 100/s, 600/m, or a number a second",
  "A rate above 0: 100/s, 600/m, or a number a second",
);

export const positiveDuration = text(
  (value) => positive(parseDuration(value)),
  "write a duration above 0: 500ms, 30s, 5m, or a number of seconds",
  "A duration above 0: 500ms, 30s, 5m, or a number of seconds",
).transform((value): Us => us(value));

export const share = text(
  parseShare,
  "write a share: 5%, or a number from 0 to 1",
  "A share: 5%, or a number from 0 to 1",
);

export const count = z.int({ error: "write a whole number" }).min(1, { error: "write a whole number of at least 1" });

export const port = z
  .union([z.int(), z.string().regex(/^\d+$/)], { error: "write a port number from 1 to 65535" })
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, { error: "write a port number from 1 to 65535" });

export const word = z.string({ error: "write a text" }).min(1, { error: "write a text that is not empty" });

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
