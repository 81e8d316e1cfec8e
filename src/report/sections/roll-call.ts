import type { RollCallSummary, Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import { formatCount, formatPercent, formatRate } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Cell, Column, Row, Table } from "../../writing/table.ts";
import { FAILURE_MEANINGS } from "../failure-meanings.ts";
import { reconnectTexts } from "./attempts.ts";
import { whereCalled } from "./logins.ts";
import { CONTROL_TEXTS, holdText, namesText } from "../wording.ts";

const WHEN: Readonly<Record<RollCallSummary["when"], string>> = {
  after: "after the load, a login with each credential that was issued",
  inline: "a login with each credential as soon as it was issued",
  off: "not called: whether the issued credentials work is not known",
};

const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "", align: "right" },
  { title: "", align: "left", prose: true },
];

export const rollCallTitle = ({ rollCall, logins }: Pick<Summary, "rollCall" | "logins">): string =>
  `${WHEN[rollCall.when]}${logins === undefined ? "" : `,${whereCalled(logins)}`}${proofText(rollCall)}`;

const PROOFS: Readonly<Record<NonNullable<RollCallSummary["proof"]>, string>> = {
  telemetry: ", and telemetry that must be acknowledged",
  attributes: ", and a question for attributes that must be answered",
};

function proofText({ when, proof }: RollCallSummary): string {
  return proof === undefined || when === "off" ? "" : PROOFS[proof];
}

export function duplicatesText({ duplicates }: RollCallSummary): string {
  if (duplicates.count === 0) return "No two devices were given the same credential.";
  const groups = duplicates.groups.slice(0, 3).map((group) => group.map(printable).join(" = "));
  const rest = duplicates.count > groups.length ? "; …" : "";
  const devices = duplicates.count === 1 ? "1 credential was" : `${formatCount(duplicates.count)} credentials were`;
  return `${devices} issued to more than one device: ${groups.join("; ")}${rest}.`;
}

export function rollCallSection(summary: Summary, sheet: Sheet): readonly string[] {
  const { rollCall, ledger } = summary;
  const title = sheet.title("ROLL CALL", rollCallTitle(summary));
  if (rollCall.when === "off") return title;
  const { absent, negativeControl, duplicates, hold, loginsPerSecond } = rollCall;
  const notConnected = rollCall.called - rollCall.connected;
  return [
    ...title,
    ...(ledger.provisioned === 0 ? sheet.prose("Nobody to call: no credential was issued.") : []),
    ...sheet.table(verdictTable({ rollCall, ledger })),
    ...(loginsPerSecond === null ? [] : sheet.prose(`${formatRate(loginsPerSecond)} logins a second.`)),
    ...(absent.length === 0 ? [] : sheet.prose(`Absent: ${namesText(absent.map(printable), notConnected)}.`)),
    ...sheet.prose(CONTROL_TEXTS[negativeControl], CONTROL_TONES[negativeControl]),
    ...(ledger.provisioned === 0
      ? []
      : sheet.prose(duplicatesText(rollCall), duplicates.count === 0 ? "plain" : "bad")),
    ...(hold === undefined ? [] : sheet.prose(holdText(hold), hold.stayed === hold.sessions ? "plain" : "warn")),
    ...(hold === undefined ? [] : reconnectTexts(hold).flatMap((line) => sheet.prose(line))),
    ...(hold?.lost ?? []).flatMap(({ reason, count }) =>
      sheet.prose(`${formatCount(count)}: ${printable(reason)}`, "plain", "- "),
    ),
  ];
}

const CONTROL_TONES = { refused: "plain", admitted: "bad", unreachable: "warn", "not-made": "warn" } as const;

export function verdictTable({ rollCall, ledger: { uncalled } }: Pick<Summary, "rollCall" | "ledger">): Table {
  const { called, connected } = rollCall;
  const share = called === 0 ? "" : `${formatPercent(connected / called)} of those called`;
  const all = called > 0 && connected === called;
  const bad = (text: string): Cell => ({ text, tone: "bad" });
  const rows: readonly Row[] = [
    ["called", formatCount(called), ""],
    [{ text: "connected", tone: all ? "good" : "plain" }, formatCount(connected), share],
    ...(rollCall.mute ?? []).map(({ kind, count, example }): Row => {
      const text = `${kind}: ${FAILURE_MEANINGS[kind]}, e.g. ${printable(example)}`;
      return [bad("mute"), formatCount(count), text];
    }),
    ...rollCall.refused.map(({ reason, count }): Row => [bad("refused"), formatCount(count), printable(reason)]),
    ...rollCall.unreachable.map(({ kind, count, example }): Row => {
      const text = `${kind}: ${FAILURE_MEANINGS[kind]}, e.g. ${printable(example)}`;
      return [bad("unreachable"), formatCount(count), text];
    }),
    ...(uncalled === 0 ? [] : [["uncalled", formatCount(uncalled), "the run was stopped before their turn"]]),
  ];
  return { columns: COLUMNS, rows };
}
