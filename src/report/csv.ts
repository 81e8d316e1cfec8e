import type { SecondSummary, Summary } from "../model/summary.ts";
import type { RoundTripWindow, Timeline } from "../model/timeline.ts";
import { msFromUs, secondsFromUs, type Us } from "../model/units.ts";
import { printable } from "../writing/text-width.ts";
import type { Report } from "./report.ts";

/** A column: its title and its values, a second each; null: there is none. */
type Column = readonly [title: string, of: (second: number) => number | string | null];

/** Every series of the pictures, by the second; the columns that 0.1.0 had come first. A figure that does not exist is an empty field. */
export const csv: Report = {
  extension: "csv",
  description: "a line for each second of the run, for spreadsheets and plots",
  render: ({ summary, bySecond: timeline }) => {
    const bySecond = timeline?.();
    const seconds = secondsOf(summary, bySecond);
    const columns = [
      ...summaryColumns(summary),
      ...(bySecond === undefined ? [] : timelineColumns(bySecond)),
      ...markColumns(summary, seconds),
    ];
    const rows = seconds.map((second) => [second, ...columns.map(([, of]) => of(second) ?? "")]);
    const titles = ["second", ...columns.map(([title]) => title)];
    return `${[titles, ...rows].map((row) => row.join(",")).join("\n")}\n`;
  },
};

function secondsOf({ seconds }: Summary, bySecond: Timeline | undefined): readonly number[] {
  if (bySecond === undefined) return seconds.map(({ second }) => second);
  return bySecond.counts.planned.map((_, index) => bySecond.from + index);
}

function summaryColumns({ seconds }: Summary): readonly Column[] {
  const known = new Map(seconds.map((each) => [each.second, each]));
  const count = (key: Exclude<keyof SecondSummary, "second" | "roundTripP50" | "roundTripP99">): Column => [
    key,
    (second) => known.get(second)?.[key] ?? 0,
  ];
  return [
    ...(["planned", "started", "provisioned", "rejected", "failed"] as const).map(count),
    ["round_trip_p50_ms", (second) => ms(known.get(second)?.roundTripP50)],
    ["round_trip_p99_ms", (second) => ms(known.get(second)?.roundTripP99)],
  ];
}

function timelineColumns(timeline: Timeline): readonly Column[] {
  const { from, counts, inFlight, held, failures, rejections, stages, generators, places = [], groups = [] } = timeline;
  const list = (title: string, values: readonly (number | null)[]): Column => [
    title,
    (second) => values[second - from] ?? null,
  ];
  const times = (title: string, values: readonly (Us | null)[]): Column => list(title, values.map(ms));
  return [
    ...roundTripColumns(timeline),
    list("in_flight", inFlight),
    list("held", held),
    ...(["aborted", "timeouts", "connected", "refused", "unreachable"] as const).map((key) => list(key, counts[key])),
    ...failures.map(({ kind, counts: of }) => list(`failed_${kind.replaceAll("-", "_")}`, of)),
    ...rejections.map(({ status, counts: of }) => list(`rejected_${status.toLowerCase()}`, of)),
    ...stages.map(({ stage, means }) => times(`stage_${stage}_mean_ms`, means)),
    ...generators.flatMap(({ generator, utilisation, cpuShare, delay, lateness }) => [
      list(`generator_${generator}_busy`, utilisation),
      list(`generator_${generator}_cpu`, cpuShare),
      times(`generator_${generator}_delay_p99_ms`, delay),
      times(`generator_${generator}_late_p99_ms`, lateness),
    ]),
    ...places.flatMap(({ place, answered, failed }) => [
      list(fieldOf(`${printable(place)} answered`), answered),
      list(fieldOf(`${printable(place)} failed`), failed),
    ]),
    ...groups.flatMap((each) =>
      (["provisioned", "rejected", "failed"] as const).map((key) =>
        list(fieldOf(`${printable(each.group)} ${key}`), each[key]),
      ),
    ),
  ];
}

/** What was marked in each second, where anything was; outside the run's seconds in the nearest. */
function markColumns({ marks = [] }: Summary, seconds: readonly number[]): readonly Column[] {
  if (marks.length === 0) return [];
  const texts = new Map<number, string[]>();
  for (const { at, text } of marks) {
    const second = Math.min(Math.max(Math.floor(secondsFromUs(at)), seconds[0] ?? 0), seconds.at(-1) ?? 0);
    texts.set(second, [...(texts.get(second) ?? []), printable(text)]);
  }
  return [["marked", (second) => fieldOf(texts.get(second)?.join("; ") ?? "")]];
}

/** RFC 4180; and no text becomes a formula in a spreadsheet. */
function fieldOf(text: string): string {
  const plain = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Two phases may share the second in which they meet: then the slower one is told. */
function roundTripColumns({ roundTrips }: Timeline): readonly Column[] {
  const slowest = (of: (window: RoundTripWindow) => Us | null) => {
    const found = new Map<number, number>();
    for (const window of roundTrips) {
      const value = of(window);
      if (value !== null) found.set(window.from, Math.max(msFromUs(value), found.get(window.from) ?? 0));
    }
    return (second: number): number | null => found.get(second) ?? null;
  };
  return [
    ["round_trip_p90_ms", slowest(({ p90 }) => p90)],
    ["round_trip_max_ms", slowest(({ max }) => max)],
  ];
}

const ms = (time: Us | null | undefined): number | null =>
  time === null || time === undefined ? null : msFromUs(time);
