import { EXIT } from "../model/error.ts";
import { type Latency, type LatencyByState, type Metric, quantileOf } from "../model/figures.ts";
import type { RunFacts } from "../model/run-facts.ts";
import type {
  Grade,
  HoldSummary,
  NegativeControl,
  RunVerdict,
  ThresholdResult,
  Tightest,
  Validity,
} from "../model/summary.ts";
import { CLIENT_NAMES, protocolOf } from "../model/target.ts";
import type { Us } from "../model/units.ts";
import {
  formatCount,
  formatDuration,
  formatMs,
  formatNumber,
  formatPercent,
  formatRate,
  formatTime,
  quantity,
} from "../writing/notation.ts";

/** The words that every report uses for the same thing. */

export const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  roundTrip: "round trip",
  responseTime: "response time",
  serviceTime: "service time",
  connect: "connect",
  accept: "accept",
  acknowledge: "acknowledge",
  login: "login",
  timeToUsable: "time to usable",
};

export const METRIC_MEANINGS: Readonly<Record<Metric, string>> = {
  roundTrip: "request sent to answer read: the server, as a device sees it",
  responseTime: "due by the schedule to answer read; a late start included",
  serviceTime: "started to answer read; without a late start",
  connect: "started to connection made (TCP, and TLS if any)",
  accept: "connection made to session accepted (CONNACK)",
  acknowledge: "request sent to its receipt confirmed (PUBACK)",
  login: "login started to session accepted, in the roll call",
  timeToUsable: "due by the schedule to logged in with its own credentials",
};

export const OWN_SHARE_MEANING =
  "how much of it may be the generator's: answers that may have lain unread in its sockets";
export const TIMEOUTS_MEANING = "devices that waited in vain included, as long as they did";

export const QUANTILE_NAMES: readonly { readonly q: number; readonly name: string }[] = [
  { q: 0.5, name: "p50" },
  { q: 0.9, name: "p90" },
  { q: 0.95, name: "p95" },
  { q: 0.99, name: "p99" },
  { q: 0.999, name: "p99.9" },
];

export const CLOSED_NOTE =
  "Under a closed load a device starts when another has ended, not at a time of its own: response time is not defined.";

/** "54.1"; "n<368" if 368 samples are needed and there are fewer; "-" if there are none. */
export function quantileText(latency: Latency, q: number): string {
  const quantile = quantileOf(latency, q);
  if (quantile === undefined || latency.count === 0) return "-";
  if (quantile.value !== null) return formatMs(quantile.value);
  return latency.count < quantile.needs ? `n<${quantile.needs}` : ">10 min";
}

/** Whether time-outs make figures of their own beside the successes. */
export const hasTimeouts = ({ success, withTimeouts }: LatencyByState): boolean => withTimeouts.count > success.count;

export const msOrDash = (time: Us | null): string => (time === null ? "-" : formatMs(time));
export const timeOrDash = (time: Us | null): string => (time === null ? "-" : formatTime(time));
export const rateOrDash = (rate: number | null): string => (rate === null ? "-" : formatRate(rate));
export const percentOrDash = (ratio: number | null): string => (ratio === null ? "-" : formatPercent(ratio));

/** A headline begins with its verdict, as in "Passed: …". */
export function splitHeadline({ headline }: { readonly headline: string }): {
  readonly label: string;
  readonly rest: string;
} {
  const colon = headline.indexOf(": ");
  return colon < 0
    ? { label: headline, rest: "" }
    : { label: headline.slice(0, colon), rest: headline.slice(colon + 2) };
}

/** Reasons that the headline does not give already. */
export function furtherReasons({ headline, reasons }: RunVerdict): readonly string[] {
  return reasons.filter((reason) => !headline.includes(reason));
}

export function verdictTone({ passed, exitCode }: RunVerdict): "good" | "warn" | "bad" {
  return passed ? "good" : exitCode === EXIT.interrupted ? "warn" : "bad";
}

export function targetText({ target, addresses }: RunFacts): string {
  const simulated = target.simulated ? ", simulated: not a real ThingsBoard" : "";
  // Those of several groups, each with its own protocol before its address.
  if (target.url.includes(", ")) return `${target.url}${simulated}`;
  const client = target.client === undefined ? "" : `, ${CLIENT_NAMES[target.client]}`;
  return `${target.url} (${protocolOf(target)}${client})${simulated}${addressesText(target.url, addresses)}`;
}

const ADDRESSES_SHOWN = 8;

/** Nothing where the target is an address and every device was connected to it. */
function addressesText(url: string, addresses: RunFacts["addresses"] = []): string {
  const [first] = addresses;
  if (first === undefined) return "";
  if (addresses.length === 1) return url.includes(first.address) ? "" : `, at ${first.address}`;
  const shown = addresses.slice(0, ADDRESSES_SHOWN).map(({ address, devices, failed, logins }) => {
    const called = logins === undefined ? "" : `, ${quantity(logins, "login")}`;
    return `${address} ${quantity(devices, "device")}, ${formatCount(failed)} failed${called}`;
  });
  const more = addresses.length > ADDRESSES_SHOWN ? ", …" : "";
  return `, at ${addresses.length} addresses: ${shown.join("; ")}${more}`;
}

export function machineText({ machine, node, rollcall, generators }: RunFacts, machines = 1): string {
  if (machines > 1) {
    return `${quantity(generators, "generator")} on ${quantity(machines, "machine")}, told apart below; rollcall ${rollcall}`;
  }
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`;
  return `${quantity(generators, "generator")} on ${machine.cores} x ${machine.cpu}, ${memory}, ${machine.os}; rollcall ${rollcall}, Node ${node}`;
}

const STATE_TEXTS: Readonly<Record<RunFacts["state"], string>> = {
  complete: "complete",
  interrupted: "interrupted: stopped before its end",
  crashed: "crashed: a generator died before it had written everything",
};

export function stateText({ state, stoppedBy }: RunFacts): string {
  return stoppedBy === undefined || state === "crashed" ? STATE_TEXTS[state] : "stopped by its own threshold";
}

export const CONTROL_TEXTS: Readonly<Record<NegativeControl, string>> = {
  refused: "A login with wrong credentials was refused, as it must be.",
  admitted:
    "A login with wrong credentials was ADMITTED: this target lets anyone in, and the roll call proves nothing.",
  unreachable: "A login with wrong credentials got no answer: whether the target refuses anyone is not known.",
  "not-made": "No login with wrong credentials was tried: whether the target refuses anyone is not known.",
};

const GRADE_TEXTS: Readonly<Record<Grade, string>> = {
  valid: "The generators kept up with the plan: the figures describe the target.",
  degraded: "The generators were strained at times: read the figures with care.",
  void: "The generators could not keep up: the figures describe this machine, not the target. Do not use them.",
};

/** What the grade means, and whose doing it was. */
export function gradeText({ grade, others }: Validity): string {
  if (grade !== "void" || others?.toBlame !== true) return GRADE_TEXTS[grade];
  return "This machine was busy with other programs: the figures describe that, not the target. Do not use them; run it again when nothing else runs here, or on another machine.";
}

/** Who had this machine's processors beside the generators; "" if nobody knows. */
export function othersText({ others }: Validity): string {
  if (others === undefined) return "";
  const hypervisor = others.stolen < 0.005 ? "" : `, and its hypervisor ${formatPercent(others.stolen)}`;
  return `Other programs took ${formatPercent(others.share)} of this machine's processors${hypervisor}.`;
}

/** The grade of each generator where there are several, with what it is not valid for; "" where there is one. */
export function generatorsText({ generators }: Validity): string {
  if (generators.length < 2) return "";
  const each = generators.map(({ generator, grade, signals }) => {
    const why = signals.filter((signal) => signal.grade !== "valid").map(({ name }) => name);
    return `${generator} ${grade}${why.length === 0 ? "" : ` (${why.join(", ")})`}`;
  });
  return `Each generator by its event loop and local errors: ${each.join("; ")}.`;
}

/** What of this machine was used at most, in one sentence; "" if nothing is known. */
export function tightestText(tightest: Tightest): string {
  const parts = tightestParts(tightest);
  return parts === "" ? "" : `A generator's worst second, figure by figure: ${parts}.`;
}

/** "" if nothing is known. */
export function tightestParts({ cpuShare, gcPause, residentBytes, openFiles, freePorts }: Tightest): string {
  return [
    cpuShare === null ? [] : [`${formatPercent(cpuShare)} of a core`],
    gcPause === null ? [] : [`${formatMs(gcPause)} ms of garbage collection`],
    residentBytes === null ? [] : [`${Math.ceil(residentBytes / 2 ** 20)} MiB of memory`],
    openFiles === null ? [] : [`${formatCount(openFiles.most)} of ${formatCount(openFiles.of)} files open`],
    freePorts === null ? [] : [`${formatCount(freePorts.least)} of ${formatCount(freePorts.of)} local ports free`],
  ]
    .flat()
    .join(", ");
}

export function holdText({ duration, sessions, stayed, notBack }: HoldSummary): string {
  const lost = sessions - stayed;
  const left = notBack === 0 ? ", all of them back" : `, ${formatCount(notBack ?? lost)} of them not back`;
  const fate =
    lost === 0
      ? "all stayed connected"
      : `${formatCount(stayed)} stayed connected, ${formatCount(lost)} lost${notBack === undefined ? "" : left}`;
  return `${formatCount(sessions)} sessions held for ${formatDuration(duration)}: ${fate}.`;
}

/** A measured value or a limit in the unit that a person thinks in. */
export function quantityText(value: number | null, unit: ThresholdResult["unit"]): string {
  if (value === null) return "not known";
  switch (unit) {
    case "us":
      return `${formatMs(value)} ms`;
    case "ratio":
      return formatPercent(value);
    case "count":
      return formatCount(value);
    case "per-second":
      return `${formatRate(value)}/s`;
  }
}

/** "59 % inside the limit", "31.7 times the limit". */
export function marginText(threshold: ThresholdResult): string {
  const { perhapsOurs } = threshold;
  return `${ownMarginText(threshold)}${perhapsOurs === true ? ", by no more than may be the generator's own" : ""}`;
}

function ownMarginText({ margin, measured, passed, why }: ThresholdResult): string {
  if (why !== undefined) return why;
  if (measured === null) return "too few samples to tell";
  if (margin === null) return "";
  if (margin === 0) return passed ? "exactly" : "at the limit";
  if (margin < -1) return `${formatNumber(1 - margin)} times the limit`;
  return `${formatPercent(Math.abs(margin))} ${margin > 0 ? "inside" : "outside"} the limit`;
}

/** The beginning of a list of names, and how many more there are. */
export function namesText(names: readonly string[], total: number, shown = 5): string {
  const first = names.slice(0, shown);
  const rest = total - first.length;
  return first.join(", ") + (rest > 0 ? ` and ${formatCount(rest)} more` : "");
}
