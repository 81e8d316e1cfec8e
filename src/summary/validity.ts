import { type Latency, quantileOf } from "../model/figures.ts";
import type { Grade, Signal, Validity } from "../model/summary.ts";
import { secondsFromUs, type Us, us, usFromSeconds } from "../model/units.ts";
import { valueAtRank } from "../record/histograms.ts";
import { type Arrivals, lengthOf } from "./arrivals.ts";
import { isOpen, type PhaseResult } from "./figures.ts";
import type { GeneratorTally, Windows } from "./generator-tally.ts";
import { LIMITS } from "./validity-limits.ts";
import { rankOf } from "./quantiles.ts";
import { formatCount, formatNumber, formatPercent, formatTime, quantity } from "../writing/notation.ts";

type Generators = readonly (readonly [number, GeneratorTally])[];

/** What the rules look at: every generator, and the measured phases only. */
export interface ValidityInput {
  readonly generators: Generators;
  readonly measured: readonly PhaseResult[];
  readonly roundTrip: Latency;
}

export function signalsOf(input: ValidityInput): readonly Signal[] {
  return [
    utilisationSignal(input.generators),
    delaySignal(input.generators, input),
    latenessSignal(arrivalsOf(input)),
    achievedSignal(arrivalsOf(input)),
    localErrorsSignal(input.generators, input.measured),
  ];
}

/** Each generator by itself, with the arrivals of its own share. */
export function generatorsValidity({ generators, measured, roundTrip }: ValidityInput): Validity["generators"] {
  return generators.map((each) => {
    const arrivals = arrivalsOfGenerator(each, measured);
    const signals = [
      utilisationSignal([each]),
      delaySignal([each], { measured, roundTrip }),
      latenessSignal(arrivals),
      achievedSignal(arrivals),
      localErrorsSignal([each], measured),
    ];
    return { generator: each[0], grade: worstOf(signals.map(({ grade }) => grade)), signals };
  });
}

export function worstOf(grades: readonly Grade[]): Grade {
  return grades.includes("void") ? "void" : grades.includes("degraded") ? "degraded" : "valid";
}

export function gradeAbove(value: number, limits: { readonly degraded: number; readonly void: number }): Grade {
  return value > limits.void ? "void" : value > limits.degraded ? "degraded" : "valid";
}

/** Without a window nothing is known of a generator, which is less than valid. */
function utilisationSignal(generators: Generators): Signal {
  const { degraded, void: limit } = LIMITS.utilisation;
  const graded = generators.map(([index, { windows }]) => ({
    share: windows.count === 0 ? 0 : windows.busy / windows.count,
    grade: utilisationGrade(windows),
    text: utilisationInWords(index, windows),
  }));
  const worst = worstBy(graded);
  const inWords = ({ level, share }: { readonly level: number; readonly share: number }): string =>
    `above ${level.toFixed(2)} in ${formatPercent(share)} of windows`;
  return {
    name: "event-loop utilisation",
    grade: worst?.grade ?? "degraded",
    measured: worst?.text ?? "no generator",
    degradedAbove: inWords(degraded),
    voidAbove: inWords(limit),
  };
}

function utilisationGrade({ count, busy, saturated }: Windows): Grade {
  const { degraded, void: limit } = LIMITS.utilisation;
  if (count === 0) return "degraded";
  if (saturated / count > limit.share) return "void";
  return busy / count > degraded.share ? "degraded" : "valid";
}

function utilisationInWords(index: number, { count, busy, saturated }: Windows): string {
  if (count === 0) return `generator ${index}: not one whole second measured`;
  const { degraded, void: limit } = LIMITS.utilisation;
  const part = (windows: number, level: number): string =>
    `${formatPercent(windows / count)} above ${level.toFixed(2)}`;
  const worst = `${part(busy, degraded.level)}, ${part(saturated, limit.level)}`;
  return `generator ${index}, ${quantity(count, "window")}: ${worst}`;
}

function delaySignal(
  generators: Generators,
  { measured, roundTrip }: Pick<ValidityInput, "measured" | "roundTrip">,
): Signal {
  // A page tells that of each phase as well, which is another.
  const whose = measured.length > 1 ? ` of ${measured.length} phases together,` : "";
  const median = quantileOf(roundTrip, 0.5)?.value ?? null;
  const graded = generators
    .filter(([, { windows }]) => windows.count > 0)
    .map(([index, { windows }]) => {
      const delay = pooledDelay(windows.delays);
      const share = median === null || median === 0 ? 0 : delay / median;
      const against = median === null ? "no round trip p50" : `${formatPercent(share)} of round trip p50${whose}`;
      const text = `generator ${index}: ${formatTime(delay)}, ${against} ${median === null ? "" : formatTime(median)}`;
      return { share, grade: gradeAbove(share, LIMITS.delay), text: text.trim() };
    });
  const worst = worstBy(graded);
  return {
    name: "event-loop delay p99",
    grade: worst?.grade ?? "valid",
    measured: worst?.text ?? "not one whole second measured",
    degradedAbove: `${formatPercent(LIMITS.delay.degraded)} of round trip p50`,
    voidAbove: `${formatPercent(LIMITS.delay.void)} of round trip p50`,
  };
}

/**
 * p99 over all windows from the p99 d of each. The tail of a window W, its worst 1 %, is taken as one blockage: a share
 * (d + W/100 - x) / W of it waits longer than x. Over n windows that has to come to 1 %: the sum of max(0, d + g - x)
 * is n g with g = W/100. With the k largest d above x - g, x = (d1 + … + dk - (n - k) g) / k; any other k gives less.
 */
export function pooledDelay(delays: readonly number[]): Us {
  const tail = usFromSeconds(1) / 100;
  const n = delays.length;
  let [sum, pooled] = [0, 0];
  for (const [index, delay] of delays.toSorted((a, b) => b - a).entries()) {
    const k = index + 1;
    sum += delay;
    pooled = Math.max(pooled, (sum - (n - k) * tail) / k);
  }
  return us(Math.round(pooled));
}

/** Arrivals of a phase with times of their own: of the run, or of one generator. */
interface PhaseArrivals {
  readonly name: string;
  readonly isBurst: boolean;
  readonly arrivals: Arrivals;
  /** Between two arrivals of the whole run, also where those of one generator are looked at. */
  readonly gap: number;
}

/** The run's, and where several generators share them each one's too: of many that keep up one that does not is lost in the sum. */
function arrivalsOf({ generators, measured }: ValidityInput): readonly PhaseArrivals[] {
  const own = measured.flatMap((result) => phaseArrivals(result, result.phase.name, result.tally.arrivals));
  if (generators.length < 2) return own;
  return [...own, ...generators.flatMap((each) => arrivalsOfGenerator(each, measured))];
}

function arrivalsOfGenerator(
  [generator, { arrivals }]: Generators[number],
  measured: readonly PhaseResult[],
): readonly PhaseArrivals[] {
  return measured.flatMap((result) => {
    const own = arrivals.get(result.index);
    return own === undefined ? [] : phaseArrivals(result, `${result.phase.name}, generator ${generator}`, own);
  });
}

function phaseArrivals({ phase, tally }: PhaseResult, name: string, arrivals: Arrivals): readonly PhaseArrivals[] {
  if (!isOpen(phase)) return [];
  const { due, intended } = tally.arrivals;
  return [{ name, isBurst: phase.shape.kind === "burst", arrivals, gap: lengthOf(intended) / Math.max(1, due - 1) }];
}

/** A burst has no arrival gap to be late against; how long it took to start is a warning of its own. */
function latenessSignal(of: readonly PhaseArrivals[]): Signal {
  const graded = of.flatMap(({ name, isBurst, arrivals: { due, lateness }, gap: between }) => {
    if (lateness === undefined || isBurst || due < 2) return [];
    const p99 = valueAtRank(lateness, rankOf(lateness.count, 0.99)) ?? us(lateness.greatest);
    const gap = Math.max(between, LIMITS.lateness.floor);
    const share = p99 / gap;
    const text = `${name}: ${formatTime(p99)}, ${formatNumber(share)} times ${formatTime(us(gap))}`;
    return [{ share, grade: gradeAbove(share, LIMITS.lateness), text }];
  });
  const worst = worstBy(graded);
  const than = `the mean arrival gap or ${formatTime(LIMITS.lateness.floor)}`;
  return {
    name: "schedule lateness p99",
    grade: worst?.grade ?? "valid",
    measured: worst?.text ?? "no arrivals at a declared rate",
    degradedAbove: `${LIMITS.lateness.degraded} times ${than}`,
    voidAbove: `${LIMITS.lateness.void} times ${than}`,
  };
}

/** Arrivals that started, over those due; and over the time it took where that is longer than it should be. */
function achievedSignal(of: readonly PhaseArrivals[]): Signal {
  const graded = of.flatMap(({ name, isBurst, arrivals: { due, started, intended, starts } }) => {
    if (due === 0) return [];
    const [planned, took] = [lengthOf(intended), lengthOf(starts)];
    const pace = isBurst || took <= planned ? 1 : planned / took;
    const achieved = (started / due) * pace;
    const time = isBurst
      ? `${formatTime(took)} from first to last, which is not judged: a burst is planned for one instant`
      : `in ${formatNumber(secondsFromUs(took))} s instead of ${formatNumber(secondsFromUs(planned))} s`;
    const text = `${name}: ${formatNumber(100 * achieved)} %, ${formatCount(started)} of ${formatCount(due)}${isBurst ? "," : ""} ${time}`;
    const { degraded, void: limit } = LIMITS.achieved;
    const grade: Grade = achieved < limit ? "void" : achieved < degraded ? "degraded" : "valid";
    return [{ share: 1 - achieved, grade, text }];
  });
  const worst = worstBy(graded);
  return {
    name: "achieved over planned rate",
    grade: worst?.grade ?? "valid",
    measured: worst?.text ?? "no arrivals at a declared rate",
    degradedAbove: `below ${formatPercent(LIMITS.achieved.degraded)}`,
    voidAbove: `below ${formatPercent(LIMITS.achieved.void)}`,
  };
}

function localErrorsSignal(generators: Generators, measured: readonly PhaseResult[]): Signal {
  const errors = generators.reduce((sum, [, { localErrors }]) => sum + localErrors, 0);
  const started = generators
    .flatMap(([, { arrivals }]) => measured.map(({ index }) => arrivals.get(index)?.started ?? 0))
    .reduce((sum, count) => sum + count, 0);
  const share = errors / Math.max(started, errors, 1);
  return {
    name: "local errors",
    grade: gradeAbove(share, LIMITS.localErrors),
    measured: errors === 0 ? "none" : `${formatCount(errors)}, ${formatPercent(share)} of the devices started`,
    degradedAbove: "any",
    voidAbove: `${formatPercent(LIMITS.localErrors.void)} of the devices started`,
  };
}

/** The worst grade, and of these the largest share. */
function worstBy<T extends { readonly share: number; readonly grade: Grade }>(graded: readonly T[]): T | undefined {
  const grade = worstOf(graded.map((each) => each.grade));
  return graded.filter((each) => each.grade === grade).toSorted((a, b) => b.share - a.share)[0];
}
