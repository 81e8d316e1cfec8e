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

/** A column of nothing but zeros would break the titles of the others. */
const someUnreported = (machines: readonly MachineSummary[]): boolean =>
  machines.some(({ unreported }) => unreported > 0);

function columnsOf(machines: readonly MachineSummary[]): readonly Column[] {
  return [
    { title: "machine", align: "left", prose: true },
    { title: "cores", align: "right" },
    { title: "generators", align: "right" },
    { title: "devices", align: "right" },
    { title: "provisioned", align: "right" },
    ...(someUnreported(machines) ? [{ title: "unreported", align: "right" } as const] : []),
    { title: "p50", align: "right" },
    { title: "p99", align: "right" },
    { title: "clock within", align: "right" },
    { title: "grade", align: "left" },
  ];
}

function machineRow(machine: MachineSummary, machines: readonly MachineSummary[]): readonly string[] {
  const { name, host, cores, generators, devices, provisioned, unreported, roundTrip, clock, grade } = machine;
  return [
    printable(name === host ? name : `${name} (${host})`),
    String(cores),
    String(generators.length),
    formatCount(devices),
    formatCount(provisioned),
    ...(someUnreported(machines) ? [formatCount(unreported)] : []),
    timeOrDash(roundTrip.p50),
    timeOrDash(roundTrip.p99),
    clock === null ? "not known" : formatTime(us(clock.bound)),
    machine.lostGenerators.length > 0 ? "lost" : grade,
  ];
}

/** The machines side by side; no rows where there was one. */
export function machinesTable({ machines = [] }: Summary): Table {
  const rows = machines.map((machine): Row => {
    const cells = machineRow(machine, machines);
    const bad = machine.lostGenerators.length > 0 || machine.grade === "void";
    return bad ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns: columnsOf(machines), rows };
}

/** The same as plain text, titles first. */
export function machineCells({ machines = [] }: Summary): readonly (readonly string[])[] {
  return [columnsOf(machines).map(({ title }) => title), ...machines.map((machine) => machineRow(machine, machines))];
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
