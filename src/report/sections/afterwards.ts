import type { Afterwards, CleanupRecord, LookRecord } from "../../model/afterwards.ts";
import { formatCount, formatInstant, quantity } from "../../writing/notation.ts";
import { printable } from "../../writing/text-width.ts";
import { createSheet } from "../../writing/sheet.ts";
import type { ReportOptions } from "../report.ts";

/** What was seen and done at the server after the run, below its own report; "": nothing. */
export function renderAfterwards(afterwards: readonly Afterwards[], options: ReportOptions): string {
  const facts = afterwardsFacts(afterwards);
  if (facts.length === 0) return "";
  const sheet = createSheet(options);
  const title = sheet.title("AFTERWARDS", "at the server, by date: what the run itself found stays as it is");
  return `\n${[...title, ...sheet.facts(facts)].join("\n")}\n`;
}

/** A line a look or a cleanup. */
function afterwardsFacts(afterwards: readonly Afterwards[]): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [];
  let open: { readonly since: string; asked: number } | undefined;
  const close = (): void => {
    if (open !== undefined)
      facts.push([formatInstant(open.since), `cleanup, cut off: ${formatCount(open.asked)} deleted or asked for`]);
    open = undefined;
  };
  for (const line of afterwards) {
    switch (line.kind) {
      case "deletion":
        open ??= { since: line.at, asked: 0 };
        open.asked += 1;
        break;
      case "cleanup":
        open = undefined;
        facts.push([formatInstant(line.at), cleanupText(line)]);
        break;
      case "look":
        close();
        facts.push([formatInstant(line.at), lookText(line)]);
    }
  }
  close();
  return facts;
}

function lookText({ by, reconciliation, answeredBy }: LookRecord): string {
  const { present, ghosts, missing, deleted, rest } = reconciliation;
  const least = rest?.settled === false ? "at least " : "";
  return [
    `${by}: ${formatCount(present)} told and there, ${least}${quantity(ghosts.length, "ghost")}, ${formatCount(missing.length)} told but missing`,
    deleted === undefined ? "" : `, ${formatCount(deleted.length)} deleted by cleanup before`,
    rest === undefined
      ? ""
      : rest.settled
        ? `; at rest after ${seconds(rest.waitedMs)}`
        : `; NOT SETTLED after ${seconds(rest.waitedMs)}`,
    answeredBy === undefined ? "" : printable(`; told by ${answeredBy.join(", then ")}`),
  ].join("");
}

function cleanupText({ deleted, left }: CleanupRecord): string {
  return `cleanup: ${formatCount(deleted)} deleted, ${left === null ? "how many are left is not known" : `${formatCount(left)} left`}`;
}

function seconds(ms: number): string {
  return `${formatCount(Math.round(ms / 1_000))} s`;
}
