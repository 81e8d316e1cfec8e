import type { SecondSummary, Summary } from "../model/summary.ts";
import { msFromUs, type Us } from "../model/units.ts";
import { type Chart, chartElement } from "./chart.ts";

/** More points than this cannot be told apart, and would make the page slow. */
const MOST_POINTS = 600;

/** Some whole seconds of a run as one point. */
interface Point {
  readonly at: number;
  readonly seconds: readonly SecondSummary[];
}

/** The run by the second. Of a long run several seconds make a point: mean of the counts, highest of the latencies. */
export function chartElements({ seconds }: Pick<Summary, "seconds">): readonly string[] {
  if (seconds.length === 0) return [];
  const first = Math.min(...ends(seconds).map(({ second }) => second));
  const last = Math.max(...ends(seconds).map(({ second }) => second));
  const step = Math.max(1, Math.ceil((last - first + 1) / MOST_POINTS));
  const points = pointsOf(seconds, first, step, Math.floor((last - first) / step) + 1);
  const at = points.map((point) => point.at);
  const each = step === 1 ? "" : `, ${step} s a point`;
  const rate = (of: (second: SecondSummary) => number): readonly number[] =>
    points.map((point) => point.seconds.reduce((sum, second) => sum + of(second), 0) / step);
  const highest = (of: (second: SecondSummary) => Us | null): readonly (number | null)[] =>
    points.map((point) => {
      const values = point.seconds.map(of).filter((value) => value !== null);
      return values.length === 0 ? null : msFromUs(Math.max(...values) as Us);
    });
  const failed = rate(({ rejected, failed }) => rejected + failed);
  const charts: readonly Chart[] = [
    {
      title: `Round trip over time${step === 1 ? "" : `, highest of each ${step} s`}`,
      unit: "ms",
      at,
      step,
      series: [
        { name: "p50", color: "one", values: highest(({ roundTripP50 }) => roundTripP50) },
        { name: "p99", color: "two", values: highest(({ roundTripP99 }) => roundTripP99) },
      ],
    },
    {
      title: `Devices a second${each}`,
      unit: "/s",
      at,
      step,
      series: [
        { name: "planned", color: "two", wide: true, values: rate(({ planned }) => planned) },
        { name: "started", color: "one", values: rate(({ started }) => started) },
        { name: "provisioned", color: "three", values: rate(({ provisioned }) => provisioned) },
        ...(failed.some((value) => value > 0)
          ? [{ name: "rejected or failed", color: "four", values: failed } as const]
          : []),
      ],
    },
  ];
  return charts.map(chartElement);
}

/** Seconds in which nothing happened are not listed: they are points without a latency, and zero in the counts. */
function pointsOf(seconds: readonly SecondSummary[], first: number, step: number, count: number): readonly Point[] {
  const groups = Array.from({ length: count }, (): SecondSummary[] => []);
  for (const second of seconds) groups[Math.floor((second.second - first) / step)]?.push(second);
  return groups.map((group, index) => ({ at: first + index * step, seconds: group }));
}

const ends = (seconds: readonly SecondSummary[]): readonly SecondSummary[] => [
  ...seconds.slice(0, 1),
  ...seconds.slice(-1),
];
