import {
  type BackgroundStageSummary,
  type BackgroundSummary,
  type MessageLatency,
  replyName,
} from "../../model/background.ts";
import type { Summary } from "../../model/summary.ts";
import type { Us } from "../../model/units.ts";
import { samplesNeeded } from "../../summary/quantiles.ts";
import { formatCount, formatDuration, formatMs, formatNumber, formatTime, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Cell, Column, Row, Table } from "../../writing/table.ts";
import { printable, truncate } from "../../writing/text-width.ts";
import { msOrDash } from "../wording.ts";

const NAME_WIDTH = 20;
const LOSSES_SHOWN = 5;
/** Microseconds: within it a message leaves on time. */
const LATE = 10_000;

const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "messages", align: "right" },
  { title: "acknowledged", align: "right" },
  { title: "timed out", align: "right" },
  { title: "lost", align: "right" },
  { title: "not sent", align: "right" },
  { title: "p50", align: "right" },
  { title: "p90", align: "right" },
  { title: "p99", align: "right" },
  { title: "max", align: "right" },
];

export function backgroundAbout({ run, publish, every, devices }: BackgroundSummary): string {
  return `${quantity(devices.asked, "device")} of run ${printable(run)}, there before the load; each publishes ${publish} every ${formatDuration(every)}`;
}

/** A row for each stage of the run; none where there was no background. */
export function backgroundTable({ background }: Pick<Summary, "background">): Table {
  return { columns: COLUMNS, rows: (background?.stages ?? []).map(rowOf) };
}

/** The same as plain text, titles first. */
export function backgroundCells({ background }: Pick<Summary, "background">): readonly (readonly string[])[] {
  return [COLUMNS.map(({ title }) => title), ...(background?.stages ?? []).map(cellsOf)];
}

function rowOf(stage: BackgroundStageSummary): Row {
  const { timedOut, lost, refused } = stage.messages;
  const troubled = timedOut + lost + refused > 0;
  return cellsOf(stage).map((text): string | Cell => {
    if (text.startsWith("n<")) return { text, tone: "quiet" };
    return troubled ? { text, tone: "warn" } : text;
  });
}

function cellsOf({ name, messages, roundTrip }: BackgroundStageSummary): readonly string[] {
  const { intended, acknowledged, timedOut, lost, refused, offline, dropped, aborted, unreported } = messages;
  return [
    truncate(printable(name), NAME_WIDTH),
    formatCount(intended),
    formatCount(acknowledged),
    formatCount(timedOut),
    formatCount(lost + refused + aborted + unreported),
    formatCount(offline + dropped),
    timeText(roundTrip, roundTrip.p50, 0.5),
    timeText(roundTrip, roundTrip.p90, 0.9),
    timeText(roundTrip, roundTrip.p99, 0.99),
    msOrDash(roundTrip.max),
  ];
}

function timeText({ count }: MessageLatency, value: Us | null, q: number): string {
  if (value !== null) return formatMs(value);
  return count === 0 ? "-" : `n<${samplesNeeded(q)}`;
}

export function backgroundNote(background: Pick<BackgroundSummary, "over">): string {
  return `Milliseconds from sending a message to its ${replyName(background)}, time-outs at the time that was waited. A message belongs to the stage in which it was due.`;
}

export function backgroundSection({ background }: Summary, sheet: Sheet): readonly string[] {
  if (background === undefined) return [];
  return [
    ...sheet.title("BACKGROUND", backgroundAbout(background)),
    ...sheet.table(backgroundTable({ background })),
    ...backgroundTexts(background).flatMap((line) => sheet.prose(line)),
    ...backgroundTroubles(background).flatMap((line) => sheet.prose(line, "bad")),
    ...sheet.prose(backgroundNote(background), "quiet"),
  ];
}

/** How it went, in sentences. */
export function backgroundTexts(background: BackgroundSummary): readonly string[] {
  const { devices, sessions } = background;
  const connected = `${formatCount(devices.connected)} of ${quantity(devices.asked, "device")} connected before the load`;
  const stayed = sessions.lost === 0 && devices.connected > 0 ? "; no session was lost" : "";
  const { reconnects } = sessions;
  return [
    `${connected}${stayed}.`,
    ...costTexts(background),
    ...(reconnects === undefined || sessions.lost === 0
      ? []
      : [`After losses: ${quantity(reconnects.attempts, "login")}, ${formatCount(reconnects.timeToBack.count)} back.`]),
    ...lateTexts(background),
  ];
}

/** What the load cost the devices that were there: the median of each phase beside that before the load. */
function costTexts({ stages }: BackgroundSummary): readonly string[] {
  const before = stages.find(({ stage }) => stage.kind === "before")?.roundTrip;
  if (before === undefined || before.p50 === null || before.p50 === 0) return [];
  const { p50, p99 } = before;
  const during = stages.flatMap(({ name, stage, roundTrip }) => {
    if (stage.kind !== "load" || roundTrip.p50 === null) return [];
    const tail =
      p99 === null || p99 === 0 || roundTrip.p99 === null ? "" : `, p99 ${formatNumber(roundTrip.p99 / p99)} times`;
    return [`p50 was ${formatNumber(roundTrip.p50 / p50)} times what it was before${tail} during ${printable(name)}`];
  });
  return during.length === 0 ? [] : [`What the load cost them: ${during.join("; ")}.`];
}

/** Where the times from the due time tell more than those from sending. */
function lateTexts({ stages }: BackgroundSummary): readonly string[] {
  const late = stages.flatMap(({ name, roundTrip, responseTime }) => {
    const [sent, due] = [roundTrip.p90, responseTime.p90];
    if (sent === null || due === null || due - sent < LATE) return [];
    return [`${printable(name)} ${formatMs(due)} ms`];
  });
  return late.length === 0 ? [] : [`Messages left late; from the time they were due p90 was: ${late.join(", ")}.`];
}

/** What should not be. */
export function backgroundTroubles({ notConnected, sessions, messages, over }: BackgroundSummary): readonly string[] {
  const { lost, losses, first, notBack } = sessions;
  const { dropped, offline, refused } = messages;
  return [
    ...notConnected.map(
      ({ reason, count, example }) =>
        `${quantity(count, "device")} could not connect: ${printable(reason)}${example === reason ? "" : ` (${printable(example)})`}.`,
    ),
    ...(lost === 0
      ? []
      : [
          `${quantity(lost, "device")} lost ${lost === 1 ? "its" : "their"} session (${losses.map(({ reason, count }) => `${printable(reason)}: ${formatCount(count)}`).join(", ")}), ${formatCount(notBack)} not connected at the end. The first: ${first
            .slice(0, LOSSES_SHOWN)
            .map(({ at, device }) => `${printable(device)} at ${formatTime(at)}`)
            .join(", ")}.`,
        ]),
    ...(dropped === 0
      ? []
      : [`${quantity(dropped, "message")} not sent: the one before was not acknowledged when the next was due.`]),
    ...(offline === 0 ? [] : [`${quantity(offline, "message")} not sent: the device had lost its session.`]),
    ...(refused === 0
      ? []
      : [
          `${quantity(refused, "message")} refused${over === undefined ? " in the PUBACK" : ", or without a connection"}.`,
        ]),
  ];
}
