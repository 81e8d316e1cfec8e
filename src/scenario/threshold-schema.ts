import { z } from "zod";
import { duration, flag, textFix, word } from "./fields.ts";
import { parseThreshold } from "./thresholds.ts";

const thresholdText = word.superRefine((text, context) => {
  const parsed = parseThreshold(text);
  if (typeof parsed === "string") context.addIssue({ code: "custom", message: parsed });
});
/** What a run must reach: a text, or a mapping that may stop the run. */
export const threshold = z
  .union(
    [
      thresholdText,
      z.strictObject({
        threshold: thresholdText.describe("roundTrip.p99 < 2s"),
        abort: flag.prefault(false).describe("Stop the run as soon as it is missed, as the first Ctrl-C does"),
        delay: duration.optional().describe("With abort: so much of the run passes before it is looked at"),
      }),
    ],
    { error: ({ input }) => thresholdFix(input) },
  )
  .describe("A threshold, or a mapping of threshold, abort and delay");

/** A text is judged as one: that a mapping would do as well is no help. */
function thresholdFix(input: unknown): string {
  const parsed = typeof input === "string" && input !== "" ? parseThreshold(input) : undefined;
  if (typeof parsed === "string") return parsed;
  return textFix(input, "write a threshold, failureRate < 1%, or a mapping with threshold, abort and delay");
}
