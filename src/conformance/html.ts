import { cardsElement, list, paragraph, section, tableElement, verdictElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { formatInstant, quantity } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import type { Change } from "./baseline.ts";
import { titleOf } from "./columns.ts";
import { type ConformanceResult, differs } from "./result.ts";
import {
  casesTable,
  changesTable,
  changesText,
  differingTable,
  reasonsOf,
  serverOf,
  unknownText,
  WHERE,
} from "./text.ts";

/** What a server showed, on a page of its own. `since`: an earlier result and what changed. */
export function renderHtml(
  result: ConformanceResult,
  since: { readonly before: ConformanceResult; readonly changes: readonly Change[] } | undefined,
  simulated: boolean,
): string {
  const { cases, matches, expected, startedAt } = result;
  const wrong = cases.filter(differs);
  const count = (verdict: (typeof cases)[number]["verdict"]): string =>
    String(cases.filter((each) => each.verdict === verdict).length);
  const good = since === undefined ? wrong.length === 0 : since.changes.length === 0;
  return pageText({
    title: `Provisioning contract of ${result.target}: rollcall`,
    kind: "rollcall: rules of the provisioning contract",
    heading: serverOf(result),
    simulated,
    facts: [
      `Date: ${formatInstant(startedAt)}`,
      `Behaves like ThingsBoard ${matches.map(titleOf).join(" or ")}; expected: ${titleOf(expected)}`,
      ...(result.unknownRelease === undefined ? [] : [unknownText(result.unknownRelease, expected)]),
    ],
    body: [
      verdictElement({
        tone: good ? "good" : "bad",
        label: good ? "AS EXPECTED" : since === undefined ? "DIFFERS" : "CHANGED",
        sentence:
          since === undefined
            ? verdictSentence(wrong.length, titleOf(expected))
            : changesText(since.before, since.changes),
        further: [],
      }),
      cardsElement([
        [count("as-expected"), "as expected"],
        [count("differs"), "differ"],
        [count("not-applicable"), "not tried"],
      ]),
      section(
        "Changed rules",
        "before and after",
        since === undefined ? "" : tableElement(changesTable(since.changes), "Changed rules"),
      ),
      section(
        "Rules that differ",
        "from what this release does elsewhere",
        tableElement(differingTable(wrong), "Rules that differ"),
      ),
      section(
        "All rules",
        "and what came",
        tableElement(casesTable(cases), "All rules"),
        paragraph(WHERE.trim(), "quiet"),
        list(reasonsOf(cases).map(printable)),
      ),
    ],
  });
}

function verdictSentence(wrong: number, release: string): string {
  return wrong === 0
    ? `Every rule that was tried is as in ThingsBoard ${release}.`
    : `${quantity(wrong, "rule")} ${wrong === 1 ? "is" : "are"} not as in ThingsBoard ${release}.`;
}
