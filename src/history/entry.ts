import { z } from "zod";

/**
 * What is kept in a results folder, a line of it each: what a list shows, without opening the folder again. JSON-safe;
 * times are microseconds; a figure that does not exist is null.
 */
export type HistoryEntry = RunEntry | SeriesEntry | DamagedEntry;

const text = z.string();
const figure = z.number().nullable();

const place = {
  /** Of the folder, from the results folder that it lies in. */
  path: text,
  /** ISO 8601; "": not known. */
  startedAt: text,
  scenario: text,
};

/** Of a run that is not over, or that ended without its results, there is the plan alone. */
export const RUN_VERDICTS = ["passed", "failed", "void", "interrupted", "crashed", "running", "unreported"] as const;
export type RunVerdictName = (typeof RUN_VERDICTS)[number];

const run = z
  .object({
    kind: z.literal("run"),
    ...place,
    id: text,
    verdict: z.enum(RUN_VERDICTS),
    /** In one sentence, why. */
    headline: text,
    target: text,
    simulated: z.boolean(),
    /** The server's own, if an administrator asked it. */
    release: text.nullable(),
    /** What spoke for the devices: runs of two clients have no trend in common. */
    client: text,
    planHash: text,
    devices: z.number(),
    provisioned: z.number().nullable(),
    /** Round trips of the measured phases, those that waited in vain among them. */
    p50: figure,
    p99: figure,
    /** Devices provisioned a second. */
    rate: figure,
    failureRate: figure,
    labels: z.record(text, text).readonly(),
    note: text,
    /** Path of the series that it is part of; "": of none. */
    series: text,
  })
  .readonly();
export type RunEntry = z.output<typeof run>;

const series = z
  .object({
    kind: z.enum(["repeat", "search", "upgrade-check"]),
    ...place,
    /** In words, how far it came and what it found. */
    headline: text,
  })
  .readonly();
export type SeriesEntry = z.output<typeof series>;

/** A folder whose files are not as rollcall writes them: it is listed, and nothing else is known of it. */
const damaged = z.object({ kind: z.literal("damaged"), ...place, headline: text }).readonly();
export type DamagedEntry = z.output<typeof damaged>;

export const entrySchema: z.ZodType<HistoryEntry> = z.union([run, series, damaged]);

/** Whether a run may stand beside others in a trend: it was carried out as planned by generators that kept up. */
export function countsInTrend(entry: RunEntry): boolean {
  return entry.verdict === "passed" || entry.verdict === "failed";
}
