import type { LoginPlacesSummary } from "../../model/place-summary.ts";
import type { NegativeControl } from "../../model/summary.ts";
import { secondsFromUs } from "../../model/units.ts";
import { formatCount, formatDuration, formatRate } from "../../writing/notation.ts";
import { loginsTable, whereCalled } from "../../report/sections/logins.ts";
import { createSheet } from "../../writing/sheet.ts";
import type { Verification } from "./verify-roll.ts";

const NAMES_SHOWN = 20;

/** What a person reads: the verdict first, then who is absent and why. */
export function describeVerification(found: Verification): string {
  const { called, connected, uncalled, absentDevices } = found;
  const seconds = secondsFromUs(found.duration);
  const made = found.logins?.pairs.reduce((sum, { logins }) => sum + logins, 0) ?? called;
  const names = absentDevices.slice(0, NAMES_SHOWN).map(({ seq, name, why }) => `  ${name ?? `device ${seq}`}: ${why}`);
  const more = absentDevices.length - names.length;
  return [
    verdict(found),
    "",
    `run ${found.run}, called again at ${found.target}, ${found.startedAt}`,
    `called      ${formatCount(called)} in ${formatDuration(found.duration)}${seconds > 0 ? ` (${formatRate(made / seconds)} logins a second)` : ""}`,
    `connected   ${formatCount(connected)}`,
    ...found.absent.map(({ why, count }) => `absent      ${formatCount(count)}: ${why}`),
    ...(uncalled === 0 ? [] : [`uncalled    ${formatCount(uncalled)}: stopped before their turn`]),
    `wrong credentials: ${CONTROL[found.negativeControl]}`,
    ...(found.logins === undefined ? [] : ["", "Logins:", ...tableOf(found.logins)]),
    ...(names.length === 0
      ? []
      : ["", "Absent:", ...names, ...(more === 0 ? [] : [`  and ${formatCount(more)} more`])]),
  ].join("\n");
}

/** Wide enough for any address. */
const WIDTH = 200;

function tableOf(logins: LoginPlacesSummary): readonly string[] {
  return createSheet({ color: false, width: WIDTH }).table(loginsTable(logins));
}

const CONTROL: Readonly<Record<NegativeControl, string>> = {
  refused: "refused, as they must be",
  admitted: "ADMITTED: this roll call proves nothing",
  unreachable: "not answered",
  "not-made": "not tried",
};

function verdict({ called, connected, uncalled, negativeControl, logins }: Verification): string {
  if (negativeControl === "admitted")
    return "Failed: wrong credentials were admitted, so that the roll call proves nothing.";
  if (called + uncalled === 0) return "Failed: the roster of this run is empty, there is nobody to call.";
  if (connected < called)
    return `Failed: ${formatCount(called - connected)} of ${formatCount(called)} devices are absent.`;
  if (uncalled > 0)
    return `Interrupted: ${formatCount(uncalled)} devices were not called; the ${formatCount(called)} called are present.`;
  return `Passed: all ${formatCount(called)} devices are present${whereCalled(logins)}.`;
}
