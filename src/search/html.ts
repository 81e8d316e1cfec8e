import { figureElements } from "../pictures/figure.ts";
import type { Color, Picture } from "../pictures/picture.ts";
import { scatterPicture } from "../pictures/scatter.ts";
import { section, tableElement, verdictElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { formatMs, formatRate } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import { boundsText, trialsTable } from "./render.ts";
import type { Bounds, Trial } from "./trial.ts";

/** What was searched, as far as its page tells. */
export interface SearchFacts {
  readonly scenario: string;
  readonly target: string;
  readonly simulated: boolean;
  readonly criteria: readonly string[];
}

/** A search on a page of its own: the rate at which the target broke, and every trial. */
export async function renderHtml(trials: readonly Trial[], bounds: Bounds, facts: SearchFacts): Promise<string> {
  return pageText({
    title: `Capacity of ${facts.target}: rollcall`,
    kind: "rollcall: search for the highest rate that is kept up with",
    heading: facts.scenario,
    simulated: facts.simulated,
    facts: [`Target: ${facts.target}`, `Passed is what keeps up, and: ${facts.criteria.join("; ")}`],
    body: [
      verdictElement({ ...labelOf(bounds), sentence: printable(sentenceOf(bounds)), further: [] }),
      section(
        "Trials",
        "a dot each",
        ...(await figureElements([ratePicture(trials, bounds), latencyPicture(trials, bounds)])),
      ),
      section("All trials", "by rate", tableElement(trialsTable(trials), "All trials")),
    ],
  });
}

function labelOf({ ended, passes }: Bounds): { readonly label: string; readonly tone: "good" | "warn" | "bad" } {
  if (ended === "generator-limited") return { label: "NOT FOUND", tone: "warn" };
  if (passes === null) return { label: "NO RATE PASSED", tone: "bad" };
  return ended === "resolved" ? { label: "FOUND", tone: "good" } : { label: "NOT RESOLVED", tone: "warn" };
}

/** In plain words; the shorter line of the terminal where there are no two bounds. */
function sentenceOf(bounds: Bounds): string {
  const { passes, fails, ended } = bounds;
  return ended === "resolved" && passes !== null && fails !== null
    ? `The target keeps up with ${formatRate(passes)} devices a second and breaks at ${formatRate(fails)}.`
    : boundsText(bounds);
}

const OUTCOMES: readonly (readonly [Trial["outcome"], Color])[] = [
  ["passed", "three"],
  ["failed", "four"],
  ["void", "quiet"],
];

function dotsOf(trials: readonly Trial[], of: (trial: Trial) => number | null) {
  return OUTCOMES.map(([outcome, color]) => ({
    name: outcome,
    color,
    points: trials.filter((trial) => trial.outcome === outcome).map((trial) => [trial.rate, of(trial)] as const),
  }));
}

function betweenOf({ passes, fails }: Bounds) {
  return passes === null || fails === null ? undefined : { from: passes, to: fails, name: "it breaks here" };
}

const rateText = (rate: number | null): string => (rate === null ? "-" : formatRate(rate));

function ratePicture(trials: readonly Trial[], bounds: Bounds): Picture {
  const { passes, fails } = bounds;
  return scatterPicture({
    name: "trials-rate",
    title:
      passes === null || fails === null
        ? "Devices provisioned a second, by the rate asked for"
        : `Breaks between ${formatRate(passes)} and ${formatRate(fails)} devices a second`,
    about: "Provisioned against asked for. On the dashed line the target keeps up; below it, it does not.",
    unit: "a second",
    xName: "/s",
    scale: "zero",
    diagonal: true,
    dots: dotsOf(trials, ({ achievedRate }) => achievedRate),
    between: betweenOf(bounds),
    table: {
      columns: ["asked a second", "provisioned a second", "outcome"],
      rows: byRate(trials).map((trial) => [rateText(trial.rate), rateText(trial.achievedRate), trial.outcome]),
    },
  });
}

function latencyPicture(trials: readonly Trial[], bounds: Bounds): Picture {
  const ms = (time: number | null): number | null => (time === null ? null : time / 1_000);
  return scatterPicture({
    name: "trials-latency",
    title: "Round trip p50 by the rate asked for",
    about: "Where the target breaks, its round trip rises steeply: the knee.",
    unit: "ms",
    xName: "/s",
    scale: "log",
    diagonal: false,
    dots: dotsOf(trials, ({ roundTripP50 }) => ms(roundTripP50)),
    between: betweenOf(bounds),
    table: {
      columns: ["asked a second", "p50, ms", "p99, ms"],
      rows: byRate(trials).map(({ rate, roundTripP50: p50, roundTripP99: p99 }) => [
        rateText(rate),
        p50 === null ? "-" : formatMs(p50),
        p99 === null ? "-" : formatMs(p99),
      ]),
    },
  });
}

const byRate = (trials: readonly Trial[]): readonly Trial[] => trials.toSorted((a, b) => a.rate - b.rate);
