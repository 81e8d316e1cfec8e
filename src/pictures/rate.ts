import type { Grade } from "../model/summary.ts";
import type { Timeline, TimelineSpan } from "../model/timeline.ts";
import { capital, formatRate } from "../writing/notation.ts";
import { type Line, linesPicture } from "./lines.ts";
import { type Pace, paceOf } from "./pace.ts";
import type { Picture, PictureSubject } from "./picture.ts";

/** Without a schedule nothing is planned: under closed load there is no such line. */
export function ratePicture({ timeline, grade }: PictureSubject): Picture | undefined {
  const { counts, step, spans } = timeline;
  if (counts.started.every((count) => count === 0)) return undefined;
  const line = (name: string, color: Line["color"], values: readonly (number | null)[]): Line => ({
    name,
    color,
    values: values.map((count) => (count === null ? null : count / step)),
    join: "mean",
    text: formatRate,
  });
  const open = spans.some((span) => span.open);
  return linesPicture({
    name: "rate",
    title: rateTitle(timeline, grade),
    about: `Devices a second${step === 1 ? "" : ` (mean of ${step} s)`}: ${open ? "planned by the schedule, " : ""}started, provisioned.`,
    timeline,
    at: windowsOf(timeline),
    lines: [
      ...(open ? [{ ...line("planned", "two", plannedOf(timeline)), look: "dashed" as const }] : []),
      line("started", "one", counts.started),
      line("provisioned", "three", counts.provisioned),
    ],
    unit: "a second",
    scale: "zero",
  });
}

export function windowsOf({ from, step, counts }: Timeline): readonly { readonly from: number; readonly to: number }[] {
  return counts.planned.map((_, index) => ({ from: from + index * step, to: from + (index + 1) * step }));
}

/** For windows that touch an open phase. */
function plannedOf({ counts, from, step, spans }: Timeline): readonly (number | null)[] {
  return counts.planned.map((count, index) => {
    const [start, end] = [from + index * step, from + (index + 1) * step];
    return spans.some((span) => span.open && span.from < end && span.to >= start) ? count : null;
  });
}

/** "Saturated at 190 a second", of each measured phase: of a report's first lines too. */
export function paceTexts(
  timeline: Timeline,
): readonly { readonly span: TimelineSpan; readonly text: string; readonly pace: Pace }[] {
  return timeline.spans
    .filter(({ kind, warmup }) => kind === "phase" && !warmup)
    .map((span) => ({ span, pace: paceOf(timeline, span) }))
    .map(({ span, pace }) => ({ span, pace, text: paceText(pace) }));
}

function paceText(pace: Pace): string {
  switch (pace.kind) {
    case "unknown":
      return "too short to tell whether the target kept up";
    case "closed":
      return `${formatRate(pace.answered)} answered a second`;
    case "kept-up":
      return `kept up with ${formatRate(pace.most)} a second`;
    case "saturated":
      return pace.rising
        ? `broke at ${formatRate(pace.at)} a second; from then on ${formatRate(pace.answered)} were answered`
        : `saturated at ${formatRate(pace.answered)} a second, of ${formatRate(pace.at)} planned`;
  }
}

function rateTitle(timeline: Timeline, grade: Grade): string {
  const texts = paceTexts(timeline);
  const broken = texts.find(({ pace }) => pace.kind === "saturated");
  const [first] = texts;
  if (first === undefined) return "Devices a second";
  const named = (entry: typeof first): string =>
    texts.length === 1 ? entry.text : `${entry.span.name}: ${entry.text}`;
  // Who was too slow is not known then.
  if (broken !== undefined && grade === "void")
    return "Fewer were answered than planned; the generators themselves could not keep up";
  if (broken !== undefined) return capital(named(broken));
  return texts.length <= 3 ? capital(texts.map(named).join("; ")) : "Devices a second";
}
