import type { AttemptSummary, RetrySummary } from "../../model/retry-summary.ts";
import type { HoldSummary, Summary } from "../../model/summary.ts";
import { usFromSeconds } from "../../model/units.ts";
import { formatCount, formatTime, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { namesText, timeOrDash } from "../wording.ts";

export const ATTEMPTS_ABOUT =
  "devices try again after a time-out or a lost connection; a device's outcome is that of its last";

const COLUMNS: readonly Column[] = [
  { title: "attempt", align: "left" },
  { title: "begun", align: "right" },
  { title: "provisioned", align: "right" },
  { title: "rejected", align: "right" },
  { title: "failed", align: "right" },
  { title: "unanswered", align: "right" },
  { title: "to try again", align: "right" },
  { title: "p50", align: "right" },
  { title: "p95", align: "right" },
];

function cellsOf(attempt: AttemptSummary, index: number): readonly string[] {
  const { begun, provisioned, rejected, failed, aborted, unanswered, toTryAgain, roundTrip } = attempt;
  return [
    String(index + 1),
    ...[begun, provisioned, rejected, failed + aborted, unanswered, toTryAgain].map(formatCount),
    timeOrDash(roundTrip.p50),
    timeOrDash(roundTrip.p95),
  ];
}

/** A row for each attempt; none where nobody may try again. */
export function attemptsTable({ retries }: Summary): Table {
  return { columns: COLUMNS, rows: (retries?.attempts ?? []).map((attempt, index): Row => cellsOf(attempt, index)) };
}

/** The same as plain text, titles first. */
export function attemptCells({ retries }: Summary): readonly (readonly string[])[] {
  return [COLUMNS.map(({ title }) => title), ...(retries?.attempts ?? []).map(cellsOf)];
}

export function attemptsSection(summary: Summary, sheet: Sheet): readonly string[] {
  const { retries } = summary;
  if (retries === undefined) return [];
  return [
    ...sheet.title("ATTEMPTS", ATTEMPTS_ABOUT),
    ...sheet.table(attemptsTable(summary)),
    ...retryTexts(retries).flatMap((line) => sheet.prose(line)),
    ...retryTroubles(retries).flatMap((line) => sheet.prose(line, "bad")),
    ...sheet.prose(ATTEMPTS_NOTE, "quiet"),
  ];
}

export const ATTEMPTS_NOTE =
  "Times are the round trips of provisioned devices, of that attempt alone; unanswered: its request left, and may have made the device.";

/** How it went, in sentences. */
export function retryTexts(retries: RetrySummary): readonly string[] {
  const { devices, recovered, gaveUp, untilCredentials } = retries;
  const none = retries.attempts.some(({ toTryAgain }) => toTryAgain > 0) ? "tried" : "had to try";
  const again =
    devices === 0
      ? `No device ${none} again.`
      : `${quantity(devices, "device")} tried again: ${formatCount(recovered)} of them ${recovered === 1 ? "was" : "were"} provisioned.`;
  const [stopped, capped] = [sumOf(retries, "stopped"), sumOf(retries, "capped")];
  return [
    `${again}${gaveUp === 0 ? "" : ` ${quantity(gaveUp, "device")} gave up.`}`,
    ...(stopped === 0 ? [] : [`${quantity(stopped, "device")} waited for another attempt when the run was stopped.`]),
    ...(capped === 0
      ? []
      : [
          `${quantity(capped, "device")} could not try again at ${capped === 1 ? "its" : "their"} time: the limit of devices in flight (maxInFlight) was reached.`,
        ]),
    ...(untilCredentials.p50 === null
      ? []
      : [`From a device's first attempt to its credentials: ${quantilesText(untilCredentials)}.`]),
  ];
}

/** What an operator must know of. */
export function retryTroubles({ ghostsMet: { count, names } }: RetrySummary): readonly string[] {
  if (count === 0) return [];
  const who = count === 1 ? "1 device" : `${formatCount(count)} devices`;
  return [
    `Ghosts met again: ${who} asked again under a name whose earlier request had no answer, and ${count === 1 ? "was" : "were"} told FAILURE, as ThingsBoard says of a name that exists: ${namesText(names.map(printable), count)}. Their credentials are lost; \`rollcall cleanup\` deletes them.`,
  ];
}

function quantilesText({ p50, p95, p99 }: RetrySummary["untilCredentials"]): string {
  const known = [["p50", p50] as const, ["p95", p95] as const, ["p99", p99] as const];
  return known.flatMap(([name, value]) => (value === null ? [] : [`${name} ${formatTime(value)}`])).join(", ");
}

function sumOf({ attempts }: RetrySummary, key: "stopped" | "capped"): number {
  return attempts.reduce((sum, attempt) => sum + attempt[key], 0);
}

/** How the devices came back whose held session was lost; empty: none was, or none may. */
export function reconnectTexts({ reconnects, lost }: HoldSummary): readonly string[] {
  if (reconnects === undefined || lost.length === 0) return [];
  const { attempts, back, refused, timeToBack, peak } = reconnects;
  const losses = lost.reduce((sum, { count }) => sum + count, 0);
  const most =
    peak === null || attempts < 2
      ? ""
      : ` At the most ${formatCount(peak.attempts)} in one second, from ${formatTime(usFromSeconds(peak.second))} on.`;
  const times = quantilesText(timeToBack);
  return [
    `Reconnects: ${quantity(losses, "session")} lost, ${quantity(attempts, "login")}, ${formatCount(back)} back${refused === 0 ? "" : `, ${formatCount(refused)} turned away`}.${most}`,
    ...(times === "" ? [] : [`From a loss until the device was back: ${times}.`]),
  ];
}
