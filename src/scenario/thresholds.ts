import type { ThresholdPlan } from "../model/plan.ts";
import { METRICS } from "../model/summary.ts";
import { parseDuration, parseRate, parseShare } from "./quantities.ts";
import { didYouMean } from "./suggestion.ts";

/** Names that `summary` can measure, by the unit of their values. */
const TIMES = METRICS.flatMap((metric) =>
  ["p50", "p90", "p95", "p99", "p99.9", "p999", "min", "mean", "max"].map((statistic) => `${metric}.${statistic}`),
);
const RATIOS = ["failureRate"];
const RATES = ["plannedRate", "startedRate", "provisionedRate", "loginsPerSecond"];
const COUNTS = [
  "planned",
  "started",
  "dropped",
  "unreported",
  "provisioned",
  "rejected",
  "failed",
  "aborted",
  "connected",
  "refused",
  "unreachable",
  "uncalled",
  "expected",
  "unknown",
  "duplicates",
  "hold.sessions",
  "hold.stayed",
  "hold.lost",
  ...METRICS.flatMap((metric) => [`${metric}.count`, `${metric}.timeouts`]),
];
const NAMES = [...TIMES, ...RATIOS, ...RATES, ...COUNTS];

const FORM = /^(?<left>[^<>=!]+?)\s*(?<operator><=|>=|==|!=|<|>)\s*(?<right>.+)$/;

/** Reads `roundTrip.p99 < 500ms`, `failureRate < 0.1%`, `connected == provisioned`. A string says what is wrong. */
export function parseThreshold(text: string): ThresholdPlan | string {
  const groups = FORM.exec(text.trim())?.groups;
  const left = groups?.["left"];
  const right = groups?.["right"];
  if (left === undefined || right === undefined)
    return "write a quantity, a comparison and a limit: roundTrip.p99 < 500ms";
  const name = baseName(left);
  if (!NAMES.includes(name)) return `there is no quantity ${name}; ${didYouMean(name, suggestions(name))}`;
  const limit = NAMES.includes(baseName(right)) ? right : parseLimit(name, right);
  if (limit === undefined) return `${right} is no limit for ${name}: write ${example(name)}`;
  return { text: text.trim(), left, operator: groups?.["operator"] as ThresholdPlan["operator"], right: limit };
}

/** Without the phase that it is of: "steady:roundTrip.p99" is roundTrip.p99 of the phase steady. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

function parseLimit(name: string, text: string): number | undefined {
  // A bare number of seconds would be taken for milliseconds by half of all readers.
  if (TIMES.includes(name)) return /[a-z]/.test(text) ? parseDuration(text) : undefined;
  if (RATIOS.includes(name)) return parseShare(text);
  if (RATES.includes(name)) return parseRate(text);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function example(name: string): string {
  if (TIMES.includes(name)) return `a duration with its unit: ${name} < 500ms`;
  if (RATIOS.includes(name)) return `a share: ${name} < 0.1%`;
  if (RATES.includes(name)) return `a rate: ${name} > 100/s`;
  return `a count: ${name} == 0`;
}

/** Of one metric its statistics, else the metrics and the plain names: a list that can be read. */
function suggestions(name: string): readonly string[] {
  const metric = METRICS.find((each) => name.startsWith(`${each}.`));
  if (metric !== undefined) return NAMES.filter((each) => each.startsWith(`${metric}.`));
  return [
    ...METRICS.map((each) => `${each}.p99`),
    ...RATIOS,
    ...RATES,
    ...COUNTS.filter((each) => !each.includes(".")),
  ];
}
