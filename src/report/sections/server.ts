import { releaseName } from "../../model/release.ts";
import type { DeviceCounts } from "../../model/server-record.ts";
import type { Named } from "../../model/named.ts";
import type { ReconciliationSummary, ServerSummary } from "../../model/server-summary.ts";
import type { Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import { formatCount, formatInstant, quantity } from "../../writing/notation.ts";
import type { ReportOptions } from "../report.ts";
import { createSheet, type Sheet } from "../../writing/sheet.ts";
import type { Cell } from "../../writing/table.ts";
import { namesText } from "../wording.ts";

type Fact = readonly [string, string | Cell];

export const NOBODY_ASKED =
  "No administrator was asked: which devices the server has, and which of them are ghosts, is not known.";

/** What the server's administrator was told, a fact a row; none where nobody could ask. */
export function serverFacts({ server }: Pick<Summary, "server">): readonly Fact[] {
  if (server === undefined) return [];
  const { reconciliation, devices, answeredBy } = server;
  return [
    ["server", serverText(server)],
    ...(answeredBy === undefined
      ? []
      : [
          [
            "told by",
            printable(answeredBy.length === 0 ? "none of its addresses" : answeredBy.join(", then ")),
          ] as const,
        ]),
    ...(devices.before === null ? [] : [["devices before", countsText(devices.before)] as const]),
    ...(devices.after === null ? [] : [["devices after", countsText(devices.after)] as const]),
    ...(reconciliation === null ? [] : reconciliationFacts(reconciliation, server)),
    ...server.unchecked.map((why): Fact => ["not checked", { text: printable(why), tone: "warn" }]),
  ];
}

export function serverName({ version, edition }: ServerSummary): string {
  return printable(version === null ? "ThingsBoard" : `ThingsBoard ${releaseName({ version, edition })}`);
}

function serverText(server: ServerSummary): string {
  const { profile } = server;
  return serverName(server) + (profile === null ? "" : printable(`, device profile ${profile}`));
}

/** Whether the server has what the run was told, and nothing else of it. */
export function isAsTold({ reconciliation, devices }: ServerSummary): boolean {
  if (reconciliation === null) return true;
  if (reconciliation.rest?.settled === false || unexplainedFacts(reconciliation, devices).length > 0) return false;
  const { ghosts, missing, foreign, wrongGateway, unnamed, credentials, stored } = reconciliation;
  if (stored !== undefined && (stored.unread !== undefined || stored.missing.count > 0)) return false;
  return (
    [ghosts, missing, foreign, wrongGateway, credentials.differing].every(({ count }) => count === 0) && unnamed === 0
  );
}

function countsText({ tenant, profile }: DeviceCounts): string {
  const all = `${formatCount(tenant)} in the tenant`;
  return profile === null ? all : `${formatCount(profile)} in the profile, ${all}`;
}

function reconciliationFacts(found: ReconciliationSummary, { devices }: ServerSummary): readonly Fact[] {
  const { credentials, foreign, unnamed } = found;
  return [
    ["told and there", formatCount(found.present)],
    ["ghosts", ghostsText(found)],
    ...deletedFacts(found.deleted),
    ["told but missing", listed(found.missing, "bad", "told, and not there")],
    ...(foreign.count === 0
      ? []
      : [["not of this run", listed(foreign, "plain", "have a name of this run, but were not made by it")] as const]),
    ...(found.wrongGateway.count === 0
      ? []
      : [["gateway flag", listed(found.wrongGateway, "bad", "are set differently from what was asked for")] as const]),
    ["credentials", credentialsText(credentials)],
    ...(found.stored === undefined ? [] : [["telemetry", storedText(found.stored)] as const]),
    ...(unnamed === 0 ? [] : [["without a name", unnamedText(unnamed, devices.before, devices.after)] as const]),
    ...unexplainedFacts(found, devices),
    ...restFacts(found.rest),
    ["looked at", { text: printable(formatInstant(found.at)), tone: "quiet" }],
  ];
}

/** Devices that are not counted yet can only make them more. */
function ghostsText({ ghosts, rest }: ReconciliationSummary): string | Cell {
  if (rest?.settled !== false) return listed(ghosts, "warn", "there, and no client was told");
  if (ghosts.count === 0) return { text: "none seen, and the server was still at work", tone: "bad" };
  const text = `at least ${formatCount(ghosts.count)} there, and no client was told: ${namesText(ghosts.names.map(printable), ghosts.count)}`;
  return { text, tone: "bad" };
}

function deletedFacts(deleted: Named | undefined): readonly Fact[] {
  if (deleted === undefined) return [];
  const text = `${formatCount(deleted.count)} of its devices since, by cleanup: ${namesText(deleted.names.map(printable), deleted.count)}`;
  return [["deleted", text]];
}

function restFacts(rest: ReconciliationSummary["rest"]): readonly Fact[] {
  if (rest === undefined) return [];
  const after = `${formatCount(Math.round(rest.waitedMs / 1_000))} s after the first look`;
  const how = rest.counts === 0 ? "by its own word" : `counted ${formatCount(rest.counts)} times`;
  if (rest.settled) return [["at rest", `${after}, ${how}`]];
  return [["at rest", { text: `NOT SETTLED ${after}: devices may have been created since`, tone: "bad" }]];
}

/** What the run made does not explain by how much the profile grew. */
function unexplainedFacts(
  { made, unnamed }: ReconciliationSummary,
  devices: ServerSummary["devices"],
): readonly Fact[] {
  const before = devices.before?.profile;
  const after = devices.after?.profile;
  // Of devices whose names the server made up nobody knows whether they are.
  if (made === undefined || unnamed > 0 || typeof before !== "number" || typeof after !== "number") return [];
  const more = after - before - made;
  if (more === 0) return [];
  const sum = `${formatCount(before)} before and ${formatCount(made)} made by the run are ${formatCount(before + made)}, and there are ${formatCount(after)}`;
  const who = more > 0 ? `${formatCount(more)} made by others` : `${formatCount(-more)} gone since`;
  return [["not explained", { text: `${sum}: ${who}`, tone: "warn" }]];
}

function listed({ count, names }: Named, tone: "warn" | "bad" | "plain", meaning: string): string | Cell {
  if (count === 0) return "0";
  return { text: `${formatCount(count)} ${meaning}: ${namesText(names.map(printable), count)}`, tone };
}

function storedText({ asked, missing, unread, waitedMs }: NonNullable<ReconciliationSummary["stored"]>): string | Cell {
  if (unread !== undefined) return { text: `whether it is stored is not known: ${printable(unread)}`, tone: "warn" };
  if (missing.count === 0) {
    return `of ${quantity(asked, "device")} looked at, ${formatCount(asked)} have the value stored that they published`;
  }
  const names = namesText(missing.names.map(printable), missing.count);
  const after = `${formatCount(Math.round(waitedMs / 1_000))} s after the first look`;
  return {
    text: `of ${quantity(asked, "device")} looked at, ${formatCount(missing.count)} have NOT stored what was acknowledged, ${after}: ${names}`,
    tone: "bad",
  };
}

function credentialsText({ checked, differing }: ReconciliationSummary["credentials"]): string | Cell {
  if (differing.count === 0) return `of ${formatCount(checked)} devices looked at, as issued`;
  const names = namesText(differing.names.map(printable), differing.count);
  return {
    text: `of ${formatCount(checked)} looked at, ${formatCount(differing.count)} differ: ${names}`,
    tone: "bad",
  };
}

/** Nobody knows their names; by how much the profile grew is all that can be said. */
function unnamedText(unnamed: number, before: DeviceCounts | null, after: DeviceCounts | null): string {
  const asked = `${formatCount(unnamed)} have a name that the server chose and does not tell`;
  if (
    before?.profile === undefined ||
    after?.profile === undefined ||
    before.profile === null ||
    after.profile === null
  ) {
    return asked;
  }
  return `${asked}; the profile grew by ${formatCount(after.profile - before.profile)}`;
}

export function serverSection(summary: Summary, sheet: Sheet): readonly string[] {
  const facts = serverFacts(summary);
  return [
    ...sheet.title("ON THE SERVER", "as its administrator sees it"),
    ...(facts.length === 0 ? sheet.prose(NOBODY_ASKED, "quiet") : sheet.facts(facts)),
  ];
}

/** A later look. */
export function renderLook(server: ServerSummary, options: ReportOptions): string {
  const sheet = createSheet(options);
  const lines = [
    ...sheet.title("ON THE SERVER", "as its administrator sees it now"),
    ...sheet.facts(serverFacts({ server })),
  ];
  return `${lines.join("\n")}\n`;
}
