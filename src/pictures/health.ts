import type { GeneratorTimeline, Timeline } from "../model/timeline.ts";
import { msFromUs } from "../model/units.ts";
import { formatCount, formatMs, formatPercent } from "../writing/notation.ts";
import { linesPicture, scaleFor } from "./lines.ts";
import { COLORS, type Picture, type PictureSubject } from "./picture.ts";
import { windowsOf } from "./rate.ts";

/** A generator that was busier than this in a second may have measured itself. */
const STRAINED = 0.8;

/** The generators' own condition: whether the other pictures are of the target at all. */
export function healthPictures({ timeline, machines }: PictureSubject): readonly Picture[] {
  const { generators, generatorsLeftOut } = timeline;
  if (generators.length === 0) return [];
  const left =
    generatorsLeftOut === 0
      ? ""
      : ` The ${formatCount(generators.length)} busiest; ${formatCount(generatorsLeftOut)} more are left out.`;
  const at = windowsOf(timeline);
  const named = machines === undefined ? byGenerator(generators) : byMachine(generators, machines);
  const about = machines === undefined ? "" : " A line is a machine, and of its generators the worst off.";
  const lines = (of: (each: GeneratorTimeline) => readonly (number | null)[], text: (value: number) => string) =>
    named.map(({ name, members }, index) => ({
      name,
      color: COLORS[index % COLORS.length] ?? ("quiet" as const),
      look: index < COLORS.length ? ("line" as const) : ("dashed" as const),
      values: worstOf(members.map(of)),
      join: "max" as const,
      text,
    }));
  const busy = busySeconds(timeline);
  const ms = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : msFromUs(value as never)));
  const delays = generators.flatMap((each) => ms(each.delay));
  return [
    linesPicture({
      name: "generator-load",
      title: busy,
      about: `Share of each second in which a generator's event loop was busy; above 80 % it is strained.${about}${left}`,
      timeline,
      at,
      lines: lines(
        (each) => each.utilisation.map((share) => (share === null ? null : share * 100)),
        (percent) => formatPercent(percent / 100),
      ),
      unit: "%",
      scale: "zero",
      most: 100,
    }),
    linesPicture({
      name: "generator-delay",
      title: `The generators' own delay: at most ${formatMs(underLoad(timeline, ({ delay }) => delay).reduce((a, b) => Math.max(a, b), 0))} ms under load (p99 of a second)`,
      about: `How late a generator got to what was due, which is part of what it measures.${about}${left}`,
      timeline,
      at,
      lines: lines(
        (each) => ms(each.delay),
        (value) => `${formatMs(value * 1_000)} ms`,
      ),
      unit: "ms",
      scale: scaleFor(delays) === "log" ? "log" : "zero",
    }),
  ];
}

/** A line of the pictures, and the generators that it is of. */
interface Named {
  readonly name: string;
  readonly members: readonly GeneratorTimeline[];
}

const byGenerator = (generators: readonly GeneratorTimeline[]): readonly Named[] =>
  generators.map((each) => ({ name: `generator ${each.generator}`, members: [each] }));

/** Machines none of whose generators are listed have no line. */
function byMachine(
  generators: readonly GeneratorTimeline[],
  machines: NonNullable<PictureSubject["machines"]>,
): readonly Named[] {
  return machines
    .map(({ name, generators: own }) => ({ name, members: generators.filter((each) => own.includes(each.generator)) }))
    .filter(({ members }) => members.length > 0);
}

function worstOf(lists: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
  const [first = []] = lists;
  return first.map((_, index) => {
    const known = lists.flatMap((list) => list[index] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  });
}

/** For windows that lie wholly or partly in a measured phase: at other times nothing is measured that a delay could spoil. */
function underLoad(timeline: Timeline, of: (each: GeneratorTimeline) => readonly (number | null)[]): readonly number[] {
  const { from, step, spans, generators } = timeline;
  const measured = spans.filter(({ kind, warmup }) => kind === "phase" && !warmup);
  return generators.flatMap((each) =>
    of(each).flatMap((value, index) => {
      const [start, end] = [from + index * step, from + (index + 1) * step];
      return value !== null && measured.some((span) => span.from < end && span.to > start) ? [value] : [];
    }),
  );
}

function busySeconds(timeline: Timeline): string {
  const shares = underLoad(timeline, ({ utilisation }) => utilisation);
  const strained = shares.filter((share) => share > STRAINED).length;
  const busiest = shares.reduce((a, b) => Math.max(a, b), 0);
  if (shares.length === 0) return "The generators under load: not measured";
  return strained === 0
    ? `The generators had time under load: ${formatPercent(busiest)} busy at most`
    : `A generator was strained in ${formatPercent(strained / shares.length)} of the time under load: ${formatPercent(busiest)} busy at most`;
}
