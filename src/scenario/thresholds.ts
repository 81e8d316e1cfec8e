import type { ThresholdPlan } from "../model/plan.ts";
import { METRICS } from "../model/figures.ts";
import { LEDGER_ROWS } from "../model/summary.ts";
import { parseDuration, parseRate, parseShare, twoReadings } from "./quantities.ts";
import { didYouMean } from "./suggestion.ts";

type Unit = "time" | "share" | "rate" | "count";

/** What summary/ can measure of the measured phases or of one phase. */
const OF_A_PHASE: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...METRICS.flatMap((metric) => [
    ...["p50", "p90", "p95", "p99", "p99.9", "p999", "min", "mean", "max"].map((statistic): [string, Unit] => [
      `${metric}.${statistic}`,
      "time",
    ]),
    ...["count", "timeouts"].map((statistic): [string, Unit] => [`${metric}.${statistic}`, "count"]),
  ]),
  ...["p50", "p90", "p99", "max"].map((statistic): [string, Unit] => [`background.${statistic}`, "time"]),
  ["failureRate", "share"],
  ["plannedRate", "rate"],
  ["startedRate", "rate"],
  ["provisionedRate", "rate"],
]);

/** What it can measure of the whole run only. */
const OF_THE_RUN: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["loginsPerSecond", "rate"],
  ["recovery", "time"],
  ...["untilCredentials", "timeToBack"].flatMap((name) =>
    ["p50", "p95", "p99"].map((statistic): [string, Unit] => [`${name}.${statistic}`, "time"]),
  ),
  ...["retry.devices", "retry.attempts", "retry.recovered", "retry.gaveUp", "retry.ghostsMet"].map(
    (name): [string, Unit] => [name, "count"],
  ),
  ...[
    ...LEDGER_ROWS,
    "unknown",
    "ghosts",
    "missing",
    "duplicates",
    "hold.sessions",
    "hold.stayed",
    "hold.lost",
    "hold.notBack",
    "hold.reconnects",
    "hold.peak",
    ...[
      "devices",
      "connected",
      "lost",
      "notBack",
      "messages",
      "acknowledged",
      "timedOut",
      "refused",
      "dropped",
      "offline",
    ].map((count) => `background.${count}`),
  ].map((name): [string, Unit] => [name, "count"]),
]);

/** Every quantity that a threshold can name. */
export const QUANTITIES: readonly string[] = [...OF_A_PHASE.keys(), ...OF_THE_RUN.keys()];

const EXAMPLES: Readonly<Record<Unit, string>> = {
  time: "a duration with its unit, 500ms",
  share: "a share, 0.1%",
  rate: "a rate, 100/s",
  count: "a whole number, 0",
};

const FORM = /^(?<left>[^<>=!]+?)\s*(?<operator><=|>=|==|!=|<|>)\s*(?<right>[^<>=!]+)$/;

/** What it can measure of one group of devices: the times of one phase, and these. */
const OF_A_GROUP =
  /^(?:failureRate|provisionedRate|planned|started|dropped|unreported|provisioned|rejected|failed|aborted|connected|mute|refused|unreachable|uncalled|unknown|ghosts)$/;

/**
 * A quantity as thresholds name it: "steady:roundTrip.p99" is roundTrip.p99 of the phase steady, and
 * "roundTrip.p99{group:meters}" of the group meters.
 */
export interface Quantity {
  /** Undefined: of all measured phases, or of the run. */
  readonly phase: string | undefined;
  readonly name: string;
  /** Undefined: of all devices. */
  readonly group?: string | undefined;
}

export function quantityOf(text: string): Quantity {
  const [, own = text, group] = /^(.*?)\s*\{\s*group\s*:\s*([^{}]*?)\s*\}$/s.exec(text.trim()) ?? [];
  const colon = own.lastIndexOf(":");
  const quantity = { phase: colon < 0 ? undefined : own.slice(0, colon).trim(), name: own.slice(colon + 1).trim() };
  return group === undefined ? quantity : { ...quantity, group };
}

/** Why there is no such quantity of one group; undefined: there is. */
function whyNotOfGroup({ phase, name, group }: Quantity): string | undefined {
  if (group === undefined) return undefined;
  if (phase !== undefined) return `a figure of a group is over all measured phases: leave ${phase}: out`;
  if (OF_A_GROUP.test(name) || METRICS.some((metric) => name.startsWith(`${metric}.`))) return undefined;
  return `${name} is not known by group: leave {group:${group}} out`;
}

/** Reads `roundTrip.p99 < 500ms`, `failureRate < 0.1%`, `connected == provisioned`. A string says what is wrong. */
export function parseThreshold(text: string): ThresholdPlan | string {
  const groups = FORM.exec(text.trim())?.groups;
  if (groups === undefined) return "write a quantity, a comparison and a limit: roundTrip.p99 < 500ms";
  const left = quantityOf(groups["left"] ?? "");
  const unit = unitOf(left.name);
  if (unit === undefined) return noSuchQuantity(left.name);
  const notOfGroup = whyNotOfGroup(left);
  if (notOfGroup !== undefined) return notOfGroup;
  if (left.phase !== undefined && !OF_A_PHASE.has(left.name)) {
    return `${left.name} is of the whole run: leave ${left.phase}: out`;
  }
  const right = readRight(groups["right"] ?? "", left.name, unit);
  if (typeof right === "object") return right.wrong;
  const operator = groups["operator"] as ThresholdPlan["operator"];
  return { text: text.trim(), left: normal(left), operator, right };
}

/** A number in the unit of the left side, or the name of another quantity. */
function readRight(text: string, left: string, unit: Unit): number | string | { readonly wrong: string } {
  const limit = parseLimit(unit, text.trim());
  if (limit !== undefined) return limit;
  const readings = unit === "share" ? twoReadings(text) : undefined;
  if (readings !== undefined) return { wrong: readings };
  const quantity = quantityOf(text);
  const other = unitOf(quantity.name);
  if (other === undefined) {
    const isName = unit === "count" && /^[a-z]/i.test(quantity.name);
    return {
      wrong: isName ? noSuchQuantity(quantity.name) : `${text.trim()} is no limit for ${left}: write ${EXAMPLES[unit]}`,
    };
  }
  if (other !== unit) return { wrong: `${left} is a ${unit} and ${quantity.name} a ${other}: they cannot be compared` };
  const notOfGroup = whyNotOfGroup(quantity);
  if (notOfGroup !== undefined) return { wrong: notOfGroup };
  if (quantity.phase !== undefined && !OF_A_PHASE.has(quantity.name)) {
    return { wrong: `${quantity.name} is of the whole run: leave ${quantity.phase}: out` };
  }
  return normal(quantity);
}

function unitOf(name: string): Unit | undefined {
  return OF_A_PHASE.get(name) ?? OF_THE_RUN.get(name);
}

function normal({ phase, name, group }: Quantity): string {
  if (group !== undefined) return `${name}{group:${group}}`;
  return phase === undefined ? name : `${phase}:${name}`;
}

function parseLimit(unit: Unit, text: string): number | undefined {
  switch (unit) {
    case "time":
      // A bare number of seconds would be taken for milliseconds by half of all readers.
      return /[a-z]/.test(text) ? parseDuration(text) : undefined;
    case "share":
      return parseShare(text);
    case "rate":
      return parseRate(text);
    case "count":
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }
}

/** With the statistics of its metric, else with the metrics and the plain names: a list that can be read. */
function noSuchQuantity(name: string): string {
  const metric = METRICS.find((each) => name.startsWith(`${each}.`));
  const known =
    metric === undefined
      ? QUANTITIES.filter(
          (each) => !each.includes(".") || /^(?:hold|retry|background)\./.test(each) || each.endsWith(".p99"),
        )
      : QUANTITIES.filter((each) => each.startsWith(`${metric}.`));
  return `there is no quantity ${name}; ${didYouMean(name, known)}`;
}
