import { type BackgroundSummary, replyName } from "../model/background.ts";
import { msFromUs, type Us } from "../model/units.ts";
import { formatCount, formatMs, formatTime } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import { type Line, linesPicture, scaleFor } from "./lines.ts";
import type { Picture, PictureSubject } from "./picture.ts";

/** How long the devices that were there already waited for their PUBACK or answer, over the run: what the load cost them, and when. */
export function backgroundPicture({ timeline, background }: PictureSubject): Picture | undefined {
  const course = background?.course;
  if (background === undefined || course === undefined || course.max.every((time) => time === null)) return undefined;
  const { from, step } = course;
  const line = (name: string, color: Line["color"], values: readonly (Us | null)[]): Line => ({
    name,
    color,
    values: values.map((time) => (time === null ? null : msFromUs(time))),
    join: "max",
    text: (ms) => `${formatMs(ms * 1_000)} ms`,
  });
  const lines = [line("p50", "one", course.p50), line("p99", "two", course.p99), line("longest", "quiet", course.max)];
  const lost = course.lost.reduce((sum, count) => sum + count, 0);
  const top = Math.max(...course.max.map((time) => msFromUs(time ?? (0 as Us))));
  return linesPicture({
    name: "background",
    title: titleOf(background),
    about: [
      `From sending a message to its ${replyName(background)}, of the devices that were there already, by the time at which it was due: windows of ${step} s, time-outs at the time that was waited.`,
      ...(lost === 0 ? [] : [`Triangles: when sessions were lost, ${formatCount(lost)} in all.`]),
    ].join(" "),
    timeline,
    at: course.max.map((_, index) => ({ from: from + index * step, to: from + (index + 1) * step })),
    lines: lost === 0 ? lines : [...lines, lossesLine(course.lost, top)],
    unit: "ms",
    scale: scaleFor(lines.flatMap(({ values }) => values)),
  });
}

function lossesLine(lost: readonly number[], top: number): Line {
  return {
    name: "sessions lost",
    color: "four",
    values: lost.map((count) => (count === 0 ? null : top)),
    look: "dot",
    join: "sum",
    text: formatCount,
    told: lost,
  };
}

function titleOf(background: BackgroundSummary): string {
  const { stages } = background;
  const word = replyName(background);
  const before = stages.find(({ stage }) => stage.kind === "before")?.roundTrip.p50 ?? null;
  const during = stages.flatMap(({ name, stage, roundTrip }) =>
    stage.kind === "load" && roundTrip.p50 !== null ? [`${formatTime(roundTrip.p50)} during ${printable(name)}`] : [],
  );
  if (before === null || during.length === 0 || during.length > 3)
    return `${word === "answer" ? "Answers" : word} of the background over time`;
  return `Half of the background's ${word}s: ${formatTime(before)} before the load, ${during.join(", ")}`;
}
