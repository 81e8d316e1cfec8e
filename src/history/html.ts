import { escapeHtml, list, paragraph, section, tableElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { printable } from "../writing/text-width.ts";
import { RUN_VERDICTS, type RunEntry } from "./entry.ts";
import type { HistoryFilter } from "./filter.ts";
import type { Listed } from "./read-history.ts";
import { runsTable, seriesTable, sorted } from "./text.ts";
import type { Trend } from "./trend.ts";
import { trendText } from "./wording.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/** What the history's pages have beside the style of every page. */
export const HISTORY_STYLE = `
form.filter { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 14px 0; }
form.filter label, .side { display: block; font-size: 13px; color: var(--quiet); }
input, select, button { font: inherit; padding: 5px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); max-width: 150px; }
button { background: var(--plain-bg); cursor: pointer; }
a { color: var(--one); }
`;

export interface HistoryPage {
  readonly folders: readonly string[];
  readonly entries: readonly Listed[];
  readonly trends: readonly Trend[];
  readonly filter: HistoryFilter;
  /** "" or "token=…": what every link and form hands on. */
  readonly token: string;
  /** Lines of each table. */
  readonly shown: number;
}

/** All that is kept, with a form to filter it, links to each run and trend, and boxes by which two sides are compared. */
export function renderHistory({ folders, entries, trends, filter, token, shown }: HistoryPage): string {
  const { runs, series, damaged } = sorted(entries);
  const more = (all: readonly unknown[]): string =>
    all.length <= shown ? "" : paragraph(`${formatCount(all.length - shown)} more: filter for them.`, "quiet");
  return pageText({
    title: "Results: rollcall",
    kind: "rollcall: results",
    heading: folders.map((folder) => folder.split("/").at(-1) ?? folder).join(", "),
    simulated: false,
    facts: [
      `${quantity(runs.length, "run")} and ${formatCount(series.length)} series or checks in ${folders.join(", ")}`,
    ],
    body: [
      `<style>${HISTORY_STYLE}</style>`,
      filterForm(filter, token),
      section(
        "Runs",
        "the newest first; mark two sides to compare them by the rules of rollcall compare",
        runs.length === 0 ? paragraph("None.") : compareForm(runs.slice(0, shown), folders, token),
        more(runs),
      ),
      section(
        "Trends",
        "runs of one plan against one target, and from which run on a figure has another level (Pettitt's test)",
        trendList(trends.slice(0, shown), token),
        more(trends),
      ),
      section(
        "Series and checks",
        "runs that belong together",
        tableElement(seriesTable(series.slice(0, shown)), "Series and checks"),
        more(series),
      ),
      section(
        "Damaged",
        "folders of which nothing more is known",
        list(damaged.map(({ headline }) => printable(headline))),
      ),
    ],
  });
}

const linkTo = (path: string, query: Readonly<Record<string, string>>, token: string): string => {
  const text = [new URLSearchParams(query).toString(), token].filter((part) => part !== "").join("&");
  return `${path}?${escapeHtml(text)}`;
};

function hidden(token: string): string {
  const value = token.replace(/^token=/, "");
  return value === "" ? "" : `<input type="hidden" name="token" value="${escapeHtml(value)}">`;
}

function filterForm(filter: HistoryFilter, token: string): string {
  const field = (name: string, title: string, value: string | undefined): string =>
    `<label>${title}<br><input name="${name}" value="${escapeHtml(value ?? "")}"></label>`;
  const options = ["", ...RUN_VERDICTS].map(
    (verdict) => `<option${verdict === (filter.verdict?.[0] ?? "") ? " selected" : ""}>${verdict}</option>`,
  );
  return [
    '<form class="filter" method="get" action="/">',
    hidden(token),
    field("scenario", "scenario", filter.scenario),
    field("target", "target", filter.target),
    field("label", "label", filter.label?.[0]),
    field("release", "release", filter.release),
    field("since", "since (30d, 2026-11-01)", filter.since),
    `<label>verdict<br><select name="verdict">${options.join("")}</select></label>`,
    '<button type="submit">Filter</button>',
    "</form>",
  ].join("\n");
}

/** A run's path, with the folder of results by its place among those that are listed: what a link names. */
export function keyOf(run: Listed, folders: readonly string[]): string {
  return `${folders.indexOf(run.results)}/${run.path}`;
}

function compareForm(runs: readonly (RunEntry & Listed)[], folders: readonly string[], token: string): string {
  const { columns, rows } = runsTable(runs);
  const head = ["base", "candidate", ...columns.map(({ title }) => title)];
  const lines = runs.map((run, index) => {
    const key = keyOf(run, folders);
    const box = (side: string): string =>
      `<td><input type="checkbox" name="${side}" value="${escapeHtml(key)}" aria-label="${side}: ${escapeHtml(run.id)}"></td>`;
    const cells = (rows[index] ?? []).map((cell, column) => {
      const [text, tone] = typeof cell === "string" ? [cell, ""] : [cell.text, cell.tone];
      const shown = escapeHtml(text);
      const inner = column === 1 ? `<a href="${linkTo("/run", { run: key }, token)}">${shown}</a>` : shown;
      const classes = [columns[column]?.align === "right" ? "right" : "", tone === "plain" ? "" : tone];
      return `<td class="${classes.join(" ").trim()}">${inner}</td>`;
    });
    return `<tr>${box("base")}${box("candidate")}${cells.join("")}</tr>`;
  });
  return [
    '<form method="get" action="/compare">',
    hidden(token),
    '<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table>',
    `<thead><tr>${head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join("")}</tr></thead>`,
    lines.join("\n"),
    "</table></div>",
    '<p><button type="submit">Compare the marked runs</button></p>',
    "</form>",
  ].join("\n");
}

function trendList(trends: readonly Trend[], token: string): string {
  if (trends.length === 0) return "";
  const items = trends.map((trend) => {
    const query = { plan: trend.planHash, target: trend.target, client: trend.client };
    const name = escapeHtml(printable(`${trend.scenario} at ${trend.target}`));
    return `<li><a href="${linkTo("/trend", query, token)}">${name}</a>: ${escapeHtml(printable(trendText(trend)))}.</li>`;
  });
  return `<ul>${items.join("\n")}</ul>`;
}
