import type { Outage, PlaceSummary } from "../../model/place-summary.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount, formatDuration } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { rateOrDash, timeOrDash } from "../wording.ts";

export const PLACES_ABOUT = "each that devices were sent to; all other figures are of all together";

const COLUMNS: readonly Column[] = [
  { title: "address", align: "left", prose: true },
  { title: "devices", align: "right" },
  { title: "provisioned", align: "right" },
  { title: "rejected", align: "right" },
  { title: "failed", align: "right" },
  { title: "rate", align: "right" },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
  { title: "untold", align: "right" },
  { title: "ghosts", align: "right" },
];

function cellsOf(place: PlaceSummary): readonly string[] {
  const { devices, provisioned, rejected, failed, aborted, perSecond, roundTrip, unknown, ghosts } = place;
  return [
    printable(place.place),
    formatCount(devices),
    formatCount(provisioned),
    formatCount(rejected),
    formatCount(failed + aborted),
    rateOrDash(perSecond),
    timeOrDash(roundTrip.p50),
    timeOrDash(roundTrip.p99),
    formatCount(unknown),
    ghosts === null ? "-" : formatCount(ghosts),
  ];
}

/** The addresses side by side; no rows where there was one. */
export function placesTable({ places = [] }: Summary): Table {
  const rows = places.map((place): Row => {
    const cells = cellsOf(place);
    return place.outages.length > 0 ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns: COLUMNS, rows };
}

/** The same as plain text, titles first. */
export function placeCells({ places = [] }: Summary): readonly (readonly string[])[] {
  return [COLUMNS.map(({ title }) => title), ...places.map(cellsOf)];
}

export function placesSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.places === undefined) return [];
  return [
    ...sheet.title("ADDRESSES", PLACES_ABOUT),
    ...sheet.table(placesTable(summary)),
    ...placeTroubles(summary).flatMap((line) => sheet.prose(line, "bad")),
    ...sheet.prose(placesNote(summary), "quiet"),
  ];
}

/** When each answered nobody. */
export function placeTroubles({ places = [] }: Summary): readonly string[] {
  return places.flatMap(({ place, outages, failures }) =>
    outages.map((outage) => {
      const kinds = failures.slice(0, 3).map(({ kind, count }) => `${kind}: ${formatCount(count)}`);
      return `${printable(place)} answered no device ${whenText(outage)}: ${formatCount(outage.failures)} failed; its failures are ${kinds.join(", ")}.`;
    }),
  );
}

function whenText({ from, to }: Outage): string {
  return to === null
    ? `from ${formatDuration(from)} to the end of the load`
    : `from ${formatDuration(from)} to ${formatDuration(to)}`;
}

/** How the devices were shared out, and what the columns are. */
export function placesNote({ spread }: Summary): string {
  const how =
    spread === undefined
      ? ""
      : `Shared out ${spread.how}${spread.reproducible ? ", from the seed: the same plan sends each device to the same address" : ": another run of the same plan may send a device to another address"}. `;
  return `${how}Rate and round trip are of devices provisioned in the measured phases; untold: the server may have made them though no client was told.`;
}
