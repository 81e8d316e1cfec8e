import type { SecondSummary } from "../model/summary.ts";
import { msFromUs } from "../model/units.ts";
import type { Report } from "./report.ts";

const COLUMNS: readonly (readonly [title: string, of: (second: SecondSummary) => number | null])[] = [
  ["second", ({ second }) => second],
  ["planned", ({ planned }) => planned],
  ["started", ({ started }) => started],
  ["provisioned", ({ provisioned }) => provisioned],
  ["rejected", ({ rejected }) => rejected],
  ["failed", ({ failed }) => failed],
  ["round_trip_p50_ms", ({ roundTripP50 }) => (roundTripP50 === null ? null : msFromUs(roundTripP50))],
  ["round_trip_p99_ms", ({ roundTripP99 }) => (roundTripP99 === null ? null : msFromUs(roundTripP99))],
];

/** A figure that does not exist is an empty field. */
export const csv: Report = {
  extension: "csv",
  description: "the run by the second, for spreadsheets and plots",
  render: ({ summary }) => {
    const rows = summary.seconds.map((second) => COLUMNS.map(([, of]) => of(second) ?? "").join(","));
    return `${[COLUMNS.map(([title]) => title).join(","), ...rows].join("\n")}\n`;
  },
};
