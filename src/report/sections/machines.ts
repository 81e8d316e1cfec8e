import type { ClockReading } from "../../model/clock-reading.ts";
import type { MachineSummary, Summary } from "../../model/summary.ts";
import { us } from "../../model/units.ts";
import { formatCount, formatRate, formatTime } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { tightestParts, timeOrDash } from "../wording.ts";

export const MACHINES_ABOUT = "a line for each that made the load; all figures above are of all together";

const CLOCK_ABOUT =
  "clock: the machine's monotonic clock minus the coordinator's, and how far from the truth that may be; moved: by how much the two have parted during the run. Agreed instants were translated by it; durations are each machine's own.";

const COLUMNS: readonly (Column & { readonly of: (machine: MachineSummary) => string })[] = [
  {
    title: "machine",
    align: "left",
    prose: true,
    of: ({ name, host }) => printable(name === host ? name : `${name} (${host})`),
  },
  { title: "cores", align: "right", of: ({ cores }) => String(cores) },
  { title: "generators", align: "right", of: ({ generators }) => String(generators.length) },
  { title: "devices", align: "right", of: ({ devices }) => formatCount(devices) },
  { title: "provisioned", align: "right", of: ({ provisioned }) => formatCount(provisioned) },
  { title: "unreported", align: "right", of: ({ unreported }) => formatCount(unreported) },
  { title: "p50", align: "right", of: ({ roundTrip }) => timeOrDash(roundTrip.p50) },
  { title: "p99", align: "right", of: ({ roundTrip }) => timeOrDash(roundTrip.p99) },
  {
    title: "clock within",
    align: "right",
    of: ({ clock }) => (clock === null ? "not known" : formatTime(us(clock.bound))),
  },
  { title: "grade", align: "left", of: ({ lostGenerators, grade }) => (lostGenerators.length > 0 ? "lost" : grade) },
];

/** A column of nothing but zeros would break the titles of the others. */
function columnsFor(machines: readonly MachineSummary[]): typeof COLUMNS {
  const whole = machines.every(({ unreported }) => unreported === 0);
  return COLUMNS.filter(({ title }) => title !== "unreported" || !whole);
}

/** The machines side by side; no rows where there was one. */
export function machinesTable({ machines = [] }: Summary): Table {
  const columns = columnsFor(machines);
  const rows = machines.map((machine): Row => {
    const cells = columns.map(({ of }) => of(machine));
    const bad = machine.lostGenerators.length > 0 || machine.grade === "void";
    return bad ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns, rows };
}

/** The same as plain text, titles first. */
export function machineCells({ machines = [] }: Summary): readonly (readonly string[])[] {
  const columns = columnsFor(machines);
  return [columns.map(({ title }) => title), ...machines.map((machine) => columns.map(({ of }) => of(machine)))];
}

export function machinesSection(summary: Summary, sheet: Sheet): readonly string[] {
  const { machines } = summary;
  if (machines === undefined) return [];
  return [
    ...sheet.title("MACHINES", MACHINES_ABOUT),
    ...sheet.table(machinesTable(summary)),
    ...machineLines(summary).flatMap((line) => sheet.prose(line, "quiet")),
    ...sheet.prose(CLOCK_ABOUT, "quiet"),
  ];
}

/** What has no column: rate, health and clock of each, as far as they are known. */
export function machineLines({ machines = [] }: Summary): readonly string[] {
  return machines.flatMap((machine) => {
    const known = [healthText(machine), machine.clock === null ? "" : clockText(machine.clock)];
    const text = known.filter((each) => each !== "").join(" ");
    return text === "" ? [] : [`${printable(machine.name)}: ${text}`];
  });
}

function healthText({ perSecond = null, tightest }: MachineSummary): string {
  const rate = perSecond === null ? "" : `${formatRate(perSecond)} provisioned a second.`;
  const parts = tightest === undefined ? "" : tightestParts(tightest);
  const worst = parts === "" ? "" : `Worst second of a generator, figure by figure: ${parts}.`;
  return [rate, worst].filter((each) => each !== "").join(" ");
}

function clockText({ offset, bound, moved, roundTrip }: ClockReading): string {
  return `Clock ${formatTime(offset)}, within ${formatTime(bound)}; moved ${formatTime(moved)}; fastest round trip ${formatTime(roundTrip)}.`;
}
