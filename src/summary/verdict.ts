import type { BrakeRecord } from "../model/brake-record.ts";
import { EXIT, type ExitCode } from "../model/error.ts";
import type { LoginPair, LoginPlacesSummary } from "../model/place-summary.ts";
import type { ReconciliationSummary } from "../model/server-summary.ts";
import type { HoldSummary, OtherPrograms, RunVerdict, Summary } from "../model/summary.ts";
import { backgroundFailures, backgroundInWords } from "./background-verdict.ts";
import { triesOf } from "./sources.ts";
import { printable } from "../writing/text-width.ts";
import { formatCount, formatDuration, formatNumber, formatPercent, formatTime, quantity } from "../writing/notation.ts";
import { us } from "../model/units.ts";

type Unjudged = Omit<Summary, "verdict">;

interface Reason {
  readonly code: ExitCode;
  readonly text: string;
}

/**
 * The highest of 3 to 5 wins. A run that its user stopped ends with 130, whatever else is wrong with its part; but not
 * one that lost a generator: that is 5 in any case.
 */
export function verdictOf(summary: Unjudged): RunVerdict {
  const reasons = [
    ...unhealthy(summary),
    ...rollCallFailures(summary),
    ...backgroundFailures(summary),
    ...missed(summary),
    ...undecided(summary),
  ];
  // Stopped by its own threshold it was not stopped by its user: that threshold is missed.
  const interrupted = summary.run.state === "interrupted" && summary.run.stoppedBy === undefined;
  if (interrupted) reasons.push({ code: EXIT.interrupted, text: "the run was stopped before its end" });
  const exitCode = interrupted ? EXIT.interrupted : (reasons[0]?.code ?? EXIT.pass);
  const passed = exitCode === EXIT.pass;
  return {
    passed,
    exitCode,
    headline: `${opening(exitCode, summary)}: ${passed ? outcomeInWords(summary) : failureInWords(summary, exitCode, reasons)}.`,
    reasons: reasons.map(({ text }) => text),
  };
}

function opening(exitCode: ExitCode, { ledger, thresholds }: Unjudged): string {
  switch (exitCode) {
    case EXIT.pass: {
      // Where nothing was asked for nothing was missed, which is no praise for a server that turned devices away.
      const all = ledger.provisioned + ledger.expected >= ledger.planned;
      return all || thresholds.length > 0 ? "Passed" : "Done, without thresholds";
    }
    case EXIT.interrupted:
      return "Interrupted";
    case EXIT.unhealthy:
      return "Not to be trusted";
    case EXIT.bug:
    case EXIT.usage:
    case EXIT.threshold:
    case EXIT.rollCall:
      return "Failed";
    case EXIT.undecided:
      return "Undecided";
  }
}

function failureInWords(summary: Unjudged, exitCode: ExitCode, reasons: readonly Reason[]): string {
  const first = reasons.find(({ code }) => code === exitCode)?.text ?? "";
  return `${first}; ${outcomeInWords(summary)}`;
}

/** "2,999 of 3,000 devices provisioned, every one of them answered the roll call". */
function outcomeInWords({ ledger, rollCall, server, thresholds, places, sources, background }: Unjudged): string {
  const ghosts = server?.reconciliation?.ghosts.count ?? 0;
  const least = server?.reconciliation?.rest?.settled === false ? "at least " : "";
  const untold = ghosts === 0 ? "" : `; ${least}${quantity(ghosts, "ghost")} on the server that no client was told of`;
  return `${provisionedInWords({ ledger, rollCall })}${unlimitedFailures({ ledger, thresholds })}${lostInWords(rollCall.hold)}${backgroundInWords(background)}${outagesInWords(places)}${sourcesInWords(sources)}${untold}`;
}

/** A threshold that decides how many devices may fail. */
const OF_FAILURES = /^\W*(?:[^:<>=!]*:)?\s*(?:failureRate|failed|rejected|provisioned|provisionedRate)\b/;

/** Without one a run passes whatever fails: then it is told how much did. */
function unlimitedFailures({ ledger, thresholds }: Pick<Unjudged, "ledger" | "thresholds">): string {
  const failed = ledger.rejected + ledger.failed - ledger.expected;
  if (failed <= 0 || ledger.started === 0 || thresholds.some(({ text }) => OF_FAILURES.test(text))) return "";
  return `; ${formatPercent(failed / ledger.started)} failed, and no threshold says how many may`;
}

/** Told whatever a threshold says: that it allowed for some does not bring them back. */
function lostInWords(hold: HoldSummary | undefined): string {
  if (hold === undefined || hold.stayed === hold.sessions) return "";
  return `; ${formatCount(hold.sessions - hold.stayed)} of ${quantity(hold.sessions, "held session")} lost${backInWords(hold)}`;
}

function backInWords({ notBack }: HoldSummary): string {
  if (notBack === undefined) return "";
  return notBack === 0 ? ", all back" : `, ${formatCount(notBack)} not back`;
}

/** Addresses that answered nobody for a while, the rest of their kind counted. */
const PLACES_SHOWN = 3;

/** An average of two nodes hides that one of them was dead. */
function outagesInWords(places: Unjudged["places"] = []): string {
  const down = places.flatMap(({ place, outages, failures, provisioned, rejected }) => {
    const [first] = outages;
    if (first === undefined) return [];
    const refused = failures[0]?.kind === "connection-refused" ? "refused every device" : "answered no device";
    if (first.to === null && provisioned + rejected === 0) return [`${printable(place)} ${refused}`];
    const until = first.to === null ? "on" : `to ${formatDuration(first.to)}`;
    const again = outages.length > 1 ? ` and ${formatCount(outages.length - 1)} more times` : "";
    return [`${printable(place)} ${refused} from ${formatDuration(first.from)} ${until}${again}`];
  });
  if (down.length === 0) return "";
  const more = down.length > PLACES_SHOWN ? `, and ${down.length - PLACES_SHOWN} more addresses` : "";
  return `; ${down.slice(0, PLACES_SHOWN).join(", ")}${more}`;
}

/** An average of many addresses hides that nobody comes through from one of them. */
function sourcesInWords(sources: Unjudged["sources"] = []): string {
  const bad = sources.filter(({ standsOut }) => standsOut);
  if (bad.length === 0) return "";
  const shown = bad.slice(0, PLACES_SHOWN).map((source) => {
    const { tries, failures } = triesOf(source);
    return `${formatCount(failures)} of ${quantity(tries, "attempt")} from ${printable(source.address)} failed`;
  });
  const more = bad.length > PLACES_SHOWN ? `, and from ${bad.length - PLACES_SHOWN} more source addresses` : "";
  return `; ${shown.join(", ")}${more}, far more than from the other source addresses`;
}

function provisionedInWords({ ledger, rollCall }: Pick<Unjudged, "ledger" | "rollCall">): string {
  const provisioned = `${formatCount(ledger.provisioned)} of ${quantity(ledger.planned, "device")} provisioned`;
  if (rollCall.when === "off") return `${provisioned}, the roll not called`;
  if (ledger.provisioned === 0) return provisioned;
  const did = rollCall.proof === undefined ? "logged in" : PROVED[rollCall.proof];
  return ledger.connected === ledger.provisioned
    ? `${provisioned}, and every one of them ${did}`
    : `${provisioned}, ${formatCount(ledger.connected)} of them ${did}`;
}

const PROVED = {
  telemetry: "logged in and had its telemetry acknowledged",
  attributes: "logged in and had its question answered",
} as const;

function unhealthy({ run, ledger, validity, background }: Unjudged): Reason[] {
  const reasons: string[] = [];
  if (run.state === "crashed") {
    const names = run.lostGenerators.map((index) => `generator ${index}`).join(", ");
    reasons.push(`${names} died: ${quantity(ledger.unreported, "device")} unreported`);
  }
  for (const imbalance of ledger.imbalances) reasons.push(`the ledger does not balance: ${imbalance}`);
  for (const imbalance of background?.imbalances ?? []) {
    reasons.push(`the background's ledger does not balance: ${imbalance}`);
  }
  for (const { name, grade, measured, voidAbove } of validity.signals) {
    if (grade !== "void") continue;
    const why =
      validity.others?.toBlame === true ? othersInWords(validity.others) : "the generator was not fit to measure";
    reasons.push(`${why}: ${name}: ${measured} (void: ${voidAbove})`);
  }
  return reasons.map((text) => ({ code: EXIT.unhealthy, text }));
}

function othersInWords({ share, stolen }: OtherPrograms): string {
  const hypervisor = stolen < 0.01 ? "" : ` and its hypervisor ${formatPercent(stolen)}`;
  return `void: other programs took ${formatPercent(share)} of this machine${hypervisor}`;
}

/** A threshold that decides how many held sessions may be lost. */
const OF_THE_HOLD = /\bhold\.(?:lost|stayed)\b/;

function rollCallFailures({ ledger, rollCall, server, thresholds, logins }: Unjudged): Reason[] {
  const reasons: string[] = server?.reconciliation ? disagreements(server.reconciliation) : [];
  if (rollCall.negativeControl === "admitted") {
    reasons.push("wrong credentials were admitted, so that the roll call proves nothing");
  }
  if ((ledger.mute ?? 0) > 0) {
    const kinds = (rollCall.mute ?? []).map(({ kind, count }) => `${kind}: ${formatCount(count)}`).join(", ");
    reasons.push(`${quantity(ledger.mute ?? 0, "device")} let in and could not speak (${kinds})`);
  }
  if (ledger.refused > 0) {
    const codes = rollCall.refused.map(({ reason, count }) => `${reason}: ${formatCount(count)}`).join(", ");
    reasons.push(
      logins === undefined
        ? `${quantity(ledger.refused, "login")} refused (${codes})`
        : `${quantity(ledger.refused, "device")} refused ${elsewhereInWords(logins, ({ refused }) => refused)} (${codes})`,
    );
  }
  if (ledger.unreachable > 0) {
    const kinds = rollCall.unreachable.map(({ kind, count }) => `${kind}: ${formatCount(count)}`).join(", ");
    reasons.push(
      logins === undefined
        ? `${quantity(ledger.unreachable, "login")} without an answer (${kinds})`
        : `${quantity(ledger.unreachable, "device")} got no answer ${elsewhereInWords(logins, ({ failed }) => failed)} (${kinds})`,
    );
  }
  const { hold } = rollCall;
  if (hold !== undefined && hold.stayed < hold.sessions && !thresholds.some(({ text }) => OF_THE_HOLD.test(text))) {
    const why = hold.lost.map(({ reason, count }) => `${reason}: ${formatCount(count)}`).join(", ");
    reasons.push(`held sessions were lost (${why}), and no threshold for hold.lost says how many may be`);
  }
  if (rollCall.duplicates.count > 0) {
    reasons.push(`${quantity(rollCall.duplicates.count, "credential")} issued to more than one device`);
  }
  if (ledger.provisioned === 0 && ledger.started > ledger.expected) {
    reasons.push("not one device was provisioned, so that there is nobody to call");
  }
  return reasons.map((text) => ({ code: EXIT.rollCall, text }));
}

/** At which addresses logins went wrong, the worst first. */
function elsewhereInWords({ at, pairs }: LoginPlacesSummary, wrong: (pair: LoginPair) => number): string {
  const places = [...Map.groupBy(pairs, ({ place }) => place)]
    .map(([place, of]) => ({ place, count: of.reduce((sum, pair) => sum + wrong(pair), 0) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const shown = places.slice(0, PLACES_SHOWN).map(({ place, count }) => `${formatCount(count)} at ${printable(place)}`);
  const more = places.length > shown.length ? ", …" : "";
  return `where ${at === "other" ? "another address had issued their credentials" : "each address was to let them in"}, ${shown.join(", ")}${more}`;
}

/** What the server has is not what the devices were told. */
function disagreements({ missing, wrongGateway, credentials, stored }: ReconciliationSummary): string[] {
  const reasons: string[] = [];
  if (missing.count > 0) reasons.push(`${quantity(missing.count, "device")} told and not on the server`);
  if (credentials.differing.count > 0) {
    reasons.push(`${quantity(credentials.differing.count, "device")} with other credentials on the server than issued`);
  }
  if (stored !== undefined && stored.missing.count > 0) {
    reasons.push(
      `${formatCount(stored.missing.count)} of ${quantity(stored.asked, "device")} looked at without the telemetry that was acknowledged`,
    );
  }
  if (wrongGateway.count > 0) reasons.push(`${quantity(wrongGateway.count, "device")} with the wrong gateway flag`);
  return reasons;
}

function missed({ thresholds, run: { stoppedBy } }: Unjudged): Reason[] {
  const stop =
    stoppedBy === undefined
      ? []
      : [{ code: EXIT.threshold, text: `the run was stopped by its threshold ${stopInWords(stoppedBy)}` }];
  const rest = thresholds
    .filter(({ passed, undecided: open, text }) => !passed && open !== true && text !== stoppedBy?.threshold)
    .map(({ text, measured, unit, why }) => {
      const unmeasured = `could not be measured${why === undefined ? "" : `: ${why}`}`;
      const was = measured === null ? unmeasured : `was ${valueInWords(measured, unit)}`;
      return { code: EXIT.threshold, text: `threshold missed: ${text} (${was})` };
    });
  return [...stop, ...rest];
}

/** "failureRate < 10%, which was 40 % after 12 s" */
export function stopInWords({ threshold, measured, unit, at }: BrakeRecord): string {
  return `${threshold}, which was ${valueInWords(measured, unit)} after ${formatTime(at)}`;
}

/** What was asked and cannot be told. */
function undecided({ server, thresholds }: Unjudged): Reason[] {
  const rest = server?.reconciliation?.rest;
  const reasons =
    rest?.settled === false
      ? [`the server had not come to rest ${formatCount(Math.round(rest.waitedMs / 1_000))} s after the first look`]
      : [];
  for (const { text, undecided: open, why } of thresholds) {
    if (open === true) reasons.push(`threshold undecided: ${text} (${why ?? "not known"})`);
  }
  return reasons.map((text) => ({ code: EXIT.undecided, text }));
}

function valueInWords(value: number, unit: Summary["thresholds"][number]["unit"]): string {
  switch (unit) {
    case "us":
      return formatTime(us(value));
    case "ratio":
      return formatPercent(value);
    case "per-second":
      return `${formatNumber(value)}/s`;
    case "count":
      return formatCount(value);
  }
}
