import { quantileOf } from "../../model/figures.ts";
import type { GroupSummary } from "../../model/group-summary.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { timeOrDash } from "../wording.ts";

export const GROUPS_ABOUT = "the kinds of devices; all other figures are of all together";

export const GROUPS_NOTE = "p50 and p99 are of the round trips of devices provisioned in the measured phases.";

const COLUMNS: readonly Column[] = [
  { title: "group", align: "left", prose: true },
  { title: "over", align: "left" },
  { title: "planned", align: "right" },
  { title: "started", align: "right" },
  { title: "provisioned", align: "right" },
  { title: "rejected", align: "right" },
  { title: "failed", align: "right" },
  { title: "connected", align: "right" },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
  { title: "ghosts", align: "right" },
];

function cellsOf(group: GroupSummary): readonly string[] {
  const { planned, started, provisioned, rejected, failed, aborted, connected, ghosts } = group;
  const { success } = group.latencies.roundTrip;
  return [
    printable(group.group),
    printable(group.url.split("://")[0] ?? ""),
    planned === null ? "-" : formatCount(planned),
    formatCount(started),
    formatCount(provisioned),
    formatCount(rejected),
    formatCount(failed + aborted),
    formatCount(connected),
    timeOrDash(quantileOf(success, 0.5)?.value ?? null),
    timeOrDash(quantileOf(success, 0.99)?.value ?? null),
    ghosts === null ? "-" : formatCount(ghosts),
  ];
}

/** Whether something became of its devices that was not wanted. */
function isTroubled({ planned, provisioned, connected, uncalled }: GroupSummary): boolean {
  return planned === null || provisioned < planned || connected + uncalled < provisioned;
}

/** The groups side by side; no rows where all devices are of one kind. */
export function groupsTable({ groups = [] }: Summary): Table {
  const rows = groups.map((group): Row => {
    const cells = cellsOf(group);
    return isTroubled(group) ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns: COLUMNS, rows };
}

/** The same as plain text, titles first. */
export function groupCells({ groups = [] }: Summary): readonly (readonly string[])[] {
  return [COLUMNS.map(({ title }) => title), ...groups.map(cellsOf)];
}

/** How the devices of each group failed, and how many of them the server may have made all the same. */
export function groupTroubles({ groups = [] }: Summary): readonly string[] {
  return groups.flatMap(({ group, failures, unknown }) => {
    const kinds = failures.slice(0, 3).map(({ kind, count }) => `${kind}: ${formatCount(count)}`);
    const failed = kinds.length === 0 ? [] : [`its failures are ${kinds.join(", ")}`];
    const untold =
      unknown === 0 ? [] : [`of ${quantity(unknown, "device")} the server may know though no client was told`];
    const all = [...failed, ...untold];
    return all.length === 0 ? [] : [`${printable(group)}: ${all.join("; ")}.`];
  });
}

export function groupsSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.groups === undefined) return [];
  return [
    ...sheet.title("GROUPS", GROUPS_ABOUT),
    ...sheet.table(groupsTable(summary)),
    ...groupTroubles(summary).flatMap((line) => sheet.prose(line, "bad")),
    ...sheet.prose(GROUPS_NOTE, "quiet"),
  ];
}
