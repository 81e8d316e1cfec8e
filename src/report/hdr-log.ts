import type { Report } from "./report.ts";

const MS_PER_SECOND = 1_000;
const seconds = (value: number): string => value.toFixed(3);

/**
 * HdrHistogram's log format 1.3: one line for each latency of the measured phases, with its name as the tag. Values are in
 * microseconds, so that its tools want an output ratio of 1000 for milliseconds.
 */
export const hlog: Report = {
  extension: "hlog",
  description: "latencies as an HdrHistogram log",
  render: ({ summary, histograms }) => {
    const started = Date.parse(summary.run.startedAt);
    const times = Number.isNaN(started)
      ? []
      : [
          `#[StartTime: ${seconds(started / MS_PER_SECOND)} (seconds since epoch), ${summary.run.startedAt}]`,
          `#[BaseTime: ${seconds(started / MS_PER_SECOND)} (seconds since epoch)]`,
        ];
    const lines = histograms.map(({ name, startSeconds, intervalSeconds, maxMs, encoded }) =>
      [`Tag=${name}`, seconds(startSeconds), seconds(intervalSeconds), seconds(maxMs), encoded].join(","),
    );
    return `${[
      "#[Logged by rollcall; values in microseconds, Interval_Max in milliseconds]",
      "#[Histogram log format version 1.3]",
      ...times,
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
      ...lines,
    ].join("\n")}\n`;
  },
};

/** A .hgrm file has one histogram: the headline, with time-outs where there were any, as it must not look better for them. */
const HEADLINES = ["roundTrip.withTimeouts", "roundTrip.success"];

/** HdrHistogram's percentile distribution, as its plotter reads it. */
export const hgrm: Report = {
  extension: "hgrm",
  description: "the round trip's percentile distribution, for HdrHistogram's plotter",
  render: ({ histograms }) => {
    const found = HEADLINES.flatMap((wanted) => histograms.filter(({ name }) => name === wanted))[0];
    const title = "       Value     Percentile TotalCount 1/(1-Percentile)\n";
    if (found === undefined) return `${title}\n#[No round trip was measured]\n`;
    return `${found.percentiles.trimEnd()}\n#[${found.name}, in milliseconds]\n`;
  },
};
