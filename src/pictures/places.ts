import type { PlaceTimeline } from "../model/timeline.ts";
import { formatCount, formatPercent, formatRate } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import { linesPicture } from "./lines.ts";
import { COLORS, type Picture, type PictureSubject } from "./picture.ts";
import { windowsOf } from "./rate.ts";

/** What each of several addresses did: a node that is slow to come back, or that fails, is not seen in the sum of all. */
export function placePictures({ timeline }: PictureSubject): readonly Picture[] {
  const { places = [], placesLeftOut = 0, step } = timeline;
  if (places.length === 0) return [];
  const left = placesLeftOut === 0 ? "" : ` ${formatCount(placesLeftOut)} more addresses are left out.`;
  const mean = step === 1 ? "" : ` (mean of ${step} s)`;
  const lines = (
    of: (each: PlaceTimeline) => readonly number[],
    text: (value: number) => string,
    join: "mean" | "sum",
  ) =>
    places.map((each, index) => ({
      name: printable(each.place),
      color: COLORS[index % COLORS.length] ?? ("quiet" as const),
      look: index < COLORS.length ? ("line" as const) : ("dashed" as const),
      values: of(each).map((count) => count / step),
      ...(join === "sum" ? { told: of(each) } : {}),
      join,
      text,
    }));
  const common = { timeline, at: windowsOf(timeline), unit: "a second", scale: "zero" } as const;
  return [
    linesPicture({
      ...common,
      name: "place-rate",
      title: answeredText(places),
      about: `Devices that an address answered, a second${mean}, when they were started.${left}`,
      lines: lines(({ answered }) => answered, formatRate, "mean"),
    }),
    ...(places.every(({ failed }) => sum(failed) === 0)
      ? []
      : [
          linesPicture({
            ...common,
            name: "place-failures",
            title: failedText(places),
            about: `Devices, and attempts of them, that failed at an address, a second${mean}, when they were started. The table counts them.${left}`,
            lines: lines(({ failed }) => failed, formatCount, "sum"),
          }),
        ]),
  ];
}

function answeredText(places: readonly PlaceTimeline[]): string {
  const counts = places.map(({ answered }) => sum(answered));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const fewest = places[counts.indexOf(least)];
  return least >= ALIKE * most || fewest === undefined
    ? `The addresses answered alike: ${formatCount(least)} to ${formatCount(most)} devices each`
    : `${printable(fewest.place)} answered the fewest: ${formatCount(least)} devices, and another ${formatCount(most)}`;
}

const ALIKE = 0.95;

function failedText(places: readonly PlaceTimeline[]): string {
  const counts = places.map(({ failed }) => sum(failed));
  const total = sum(counts);
  const most = Math.max(...counts);
  const worst = places[counts.indexOf(most)];
  return `${formatPercent(most / total)} of ${formatCount(total)} failures were at ${printable(worst?.place ?? "")}`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
