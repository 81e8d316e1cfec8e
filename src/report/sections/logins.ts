import type { LoginPair, LoginPlacesSummary } from "../../model/place-summary.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { timeOrDash } from "../wording.ts";

export const LOGINS_ABOUT = "by the address that issued the credentials, and the one that was to let them in";

const COLUMNS: readonly Column[] = [
  { title: "issued at", align: "left", prose: true },
  { title: "logged in at", align: "left", prose: true },
  { title: "logins", align: "right" },
  { title: "refused", align: "right" },
  { title: "failed", align: "right" },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
];

/** Of more, those at which something was wrong come first. */
const ROWS_SHOWN = 30;

/** Where the roll was called, to stand behind what was called; "" where it was called where credentials were issued. */
export function whereCalled(logins: Pick<LoginPlacesSummary, "at"> | undefined): string {
  switch (logins?.at) {
    case undefined:
      return "";
    case "other":
      return " at another address than the one that issued its credentials";
    case "each":
      return " at each address";
  }
}

/** No rows where each device logged in where its credentials were issued. */
export function loginsTable(logins: LoginPlacesSummary | undefined): Table {
  const rows = shownPairs(logins).map((pair): Row => {
    const cells = cellsOf(pair);
    return isBad(pair) ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns: COLUMNS, rows };
}

/** The same as plain text, titles first. */
export function loginCells({ logins }: Summary): readonly (readonly string[])[] {
  return [COLUMNS.map(({ title }) => title), ...shownPairs(logins).map(cellsOf)];
}

export function loginsSection({ logins, rollCall }: Summary, sheet: Sheet): readonly string[] {
  if (logins === undefined || logins.pairs.length === 0) return [];
  return [
    ...sheet.title("LOGINS", LOGINS_ABOUT),
    ...sheet.table(loginsTable(logins)),
    ...sheet.prose(loginsNote(logins, rollCall.hold !== undefined), "quiet"),
  ];
}

/** What the table is of, and what is not in it. */
export function loginsNote({ at, pairs }: LoginPlacesSummary, held: boolean): string {
  const left = pairs.length - ROWS_SHOWN;
  return [
    at === "other"
      ? "Each device logged in at another address than the one that issued its credentials, drawn by the plan's seed."
      : "Each device logged in at each address, one after the other, beginning at one that the plan's seed says; it is connected where all of them let it in.",
    "p50 and p99 are of the logins that were let in.",
    ...(held && at === "each"
      ? [
          "Only the session of a device's last login is held: ThingsBoard ends the one before when a device logs in again.",
        ]
      : []),
    ...(left > 0 ? [`${formatCount(left)} more pairs of addresses are in summary.json.`] : []),
  ].join(" ");
}

function shownPairs(logins: LoginPlacesSummary | undefined): readonly LoginPair[] {
  const { pairs } = logins ?? { pairs: [] };
  if (pairs.length <= ROWS_SHOWN) return pairs;
  return [...pairs.filter(isBad), ...pairs.filter((pair) => !isBad(pair))].slice(0, ROWS_SHOWN);
}

const isBad = ({ refused, failed }: LoginPair): boolean => refused + failed > 0;

function cellsOf({ issuedAt, place, logins, refused, failed, login }: LoginPair): readonly string[] {
  return [
    printable(issuedAt),
    printable(place),
    formatCount(logins),
    formatCount(refused),
    formatCount(failed),
    timeOrDash(login.p50),
    timeOrDash(login.p99),
  ];
}
