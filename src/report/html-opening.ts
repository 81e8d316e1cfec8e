import type { Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { countInWords } from "../writing/quantities.ts";
import { escapeHtml, list, paragraph } from "./html-elements.ts";
import { furtherReasons, percentOrDash, quantileText, rateOrDash, splitHeadline, verdictTone } from "./wording.ts";

/** The verdict in words, with its reasons. */
export function verdictElement({ verdict, run }: Summary): string {
  const { label, rest } = splitHeadline(verdict);
  const headline =
    rest === "" ? "" : `<h1>${escapeHtml(printable(rest.slice(0, 1).toUpperCase() + rest.slice(1)))}</h1>`;
  const about = [run.scenario, run.description].filter((text) => text !== "").join(": ");
  return [
    paragraph(printable(`rollcall, ${about}`), "quiet"),
    `<div class="verdict ${verdictTone(verdict)}">`,
    `<div class="label">${escapeHtml(printable(label))}</div>${headline}`,
    list(furtherReasons(verdict).map(printable)),
    "</div>",
  ].join("\n");
}

/** The figures that most readers came for. */
export function cards({ measured, rollCall, unknown, ledger, server }: Summary): string {
  const ghosts = server?.reconciliation?.ghosts.count;
  const roundTrip = measured.latencies.roundTrip.success;
  const shown: readonly (readonly [string, string])[] = [
    [countInWords(ledger.provisioned), `of ${countInWords(ledger.planned)} devices provisioned`],
    [
      rollCall.when === "off" ? "-" : countInWords(ledger.connected),
      rollCall.when === "off" ? "roll not called" : "connected in the roll call",
    ],
    [withUnit(quantileText(roundTrip, 0.5)), "round trip p50"],
    [withUnit(quantileText(roundTrip, 0.99)), "round trip p99"],
    [rateOrDash(measured.provisionedRate), "provisioned a second"],
    [percentOrDash(measured.failureRate), "failure rate"],
    ...(unknown.count === 0 || ghosts !== undefined ? [] : [[countInWords(unknown.count), "unknown devices"] as const]),
    ...(ghosts === undefined ? [] : [[countInWords(ghosts), "ghosts on the server"] as const]),
  ];
  const card = ([figure, name]: readonly [string, string]): string =>
    `<div class="card"><b>${escapeHtml(figure)}</b><span>${escapeHtml(name)}</span></div>`;
  return `<div class="cards">${shown.map(card).join("\n")}</div>`;
}

const withUnit = (figure: string): string => (/^[\d,.]+$/.test(figure) ? `${figure} ms` : figure);
