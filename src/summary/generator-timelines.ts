import type { HealthSample } from "../model/health.ts";
import type { GeneratorTimeline, Timeline } from "../model/timeline.ts";
import type { SecondTally } from "./second-tally.ts";

type HealthByGenerator = ReadonlyMap<number, HealthSample>;

/** Lines that can be told apart. */
const MOST_GENERATORS = 16;

/** Each generator's worst second of each window; of very many, those that were busiest. */
export function generatorTimelines(
  seconds: readonly (readonly SecondTally[])[],
): Pick<Timeline, "generators" | "generatorsLeftOut"> {
  return worstHealth(seconds.map((each) => each.map(({ health }) => health)));
}

/** The same of samples by generator, several to a window. */
export function worstHealth(
  seconds: readonly (readonly HealthByGenerator[])[],
): Pick<Timeline, "generators" | "generatorsLeftOut"> {
  const known = [...new Set(seconds.flatMap((each) => each.flatMap((health) => [...health.keys()])))];
  const all = known.toSorted((a, b) => a - b).map((generator) => timelineOfOne(generator, seconds));
  const shown = all.toSorted((a, b) => peakOf(b) - peakOf(a)).slice(0, MOST_GENERATORS);
  return {
    generators: shown.toSorted((a, b) => a.generator - b.generator),
    generatorsLeftOut: all.length - shown.length,
  };
}

function timelineOfOne(generator: number, seconds: readonly (readonly HealthByGenerator[])[]): GeneratorTimeline {
  const worst = <T extends number>(of: (sample: HealthSample) => T): readonly (T | null)[] =>
    seconds.map((each) => {
      let highest: T | null = null;
      for (const health of each) {
        const sample = health.get(generator);
        if (sample !== undefined && (highest === null || of(sample) > highest)) highest = of(sample);
      }
      return highest;
    });
  return {
    generator,
    utilisation: worst(({ eventLoopUtilisation }) => rounded(eventLoopUtilisation)),
    cpuShare: worst(({ cpuShare }) => rounded(cpuShare)),
    delay: worst(({ eventLoopDelayP99 }) => eventLoopDelayP99),
    lateness: worst(({ latenessP99 }) => latenessP99),
  };
}

const peakOf = ({ utilisation }: GeneratorTimeline): number =>
  utilisation.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

const rounded = (share: number): number => Math.round(share * 1_000) / 1_000;
