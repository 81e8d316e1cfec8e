import type { Stage } from "../model/outcome.ts";
import { msFromUs } from "../model/units.ts";
import { formatMs, formatPercent } from "../writing/notation.ts";
import { linesPicture } from "./lines.ts";
import { type Color, type Picture, type PictureSubject } from "./picture.ts";
import { windowsOf } from "./rate.ts";

const STAGE_LOOKS: Readonly<Record<Stage, { readonly name: string; readonly color: Color; readonly doing: string }>> = {
  connected: { name: "connect", color: "one", doing: "making connections" },
  accepted: { name: "accept", color: "five", doing: "waiting for the session to be accepted" },
  subscribed: { name: "subscribe", color: "quiet", doing: "subscribing" },
  sent: { name: "send", color: "six", doing: "getting the request sent" },
  acknowledged: { name: "acknowledge", color: "two", doing: "waiting for the receipt" },
  answered: { name: "answer", color: "three", doing: "waiting for the answer" },
};

/** Means, since those of the stages add up to that of the whole; quantiles do not. */
export function stagesPicture({ timeline }: PictureSubject): Picture | undefined {
  const { stages } = timeline;
  const totals = stages.map(({ stage, means }) => ({
    stage,
    total: means.reduce<number>((sum, mean) => sum + (mean ?? 0), 0),
  }));
  const all = totals.reduce((sum, { total }) => sum + total, 0);
  const [most] = totals.toSorted((a, b) => b.total - a.total);
  if (most === undefined || all === 0) return undefined;
  return linesPicture({
    name: "stages",
    title: `${formatPercent(most.total / all)} of the time goes into ${STAGE_LOOKS[most.stage].doing}`,
    about: "Mean time of each stage, one upon the other, from start to answer, of the devices provisioned.",
    timeline,
    at: windowsOf(timeline),
    lines: stages.map(({ stage, means }) => ({
      name: STAGE_LOOKS[stage].name,
      color: STAGE_LOOKS[stage].color,
      values: means.map((mean) => (mean === null ? null : msFromUs(mean))),
      look: "stacked",
      join: "mean",
      text: (ms) => `${formatMs(ms * 1_000)} ms`,
    })),
    unit: "ms",
    scale: "zero",
  });
}
