import { labelsText } from "../model/labels.ts";
import { figureElements } from "../pictures/figure.ts";
import type { Picture } from "../pictures/picture.ts";
import { scatterPicture } from "../pictures/scatter.ts";
import { paragraph, section } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { countsInTrend } from "./entry.ts";
import { type Trend, TREND_FIGURES, type TrendFigure } from "./trend.ts";
import { changeText, FIGURE_NAMES, figureText, leftOutText, minuteText, trendText } from "./wording.ts";
import { capital, formatCount, quantity } from "../writing/notation.ts";

/** The runs of one plan against one target over time, a picture for each figure. */
export async function renderTrend(trend: Trend): Promise<string> {
  return pageText({
    title: `Trend of ${trend.scenario}: rollcall`,
    kind: "rollcall: trend",
    heading: trend.scenario,
    simulated: trend.target === "the simulator",
    facts: [
      `Target: ${trend.target} (${trend.client})`,
      `${quantity(trend.runs.length, "run")} of one plan (${trend.planHash.slice(0, 12)}), of which ${formatCount(trend.counted)} count`,
    ],
    body: [
      paragraph(`${trendText(trend)}.`),
      paragraph(leftOutText(trend) === "" ? "" : `${leftOutText(trend)}.`, "quiet"),
      section(
        "Over time",
        "a dot each run, in the order in which they were made",
        ...(await figureElements(trendPictures(trend))),
      ),
    ],
  });
}

function trendPictures(trend: Trend): readonly Picture[] {
  return TREND_FIGURES.flatMap((figure) => {
    const points = trend.runs.map((run, index) => ({ run, at: index + 1, value: inUnit(figure, run[figure]) }));
    if (points.every(({ value }) => value === null)) return [];
    const pointsOf = (counted: boolean) =>
      points
        .filter(({ run }) => countsInTrend(run) === counted)
        .map(({ at: x, value }): readonly [number, number | null] => [x, value]);
    const changes = trend.changes.filter((change) => change.figure === figure);
    const last = changes.at(-1);
    const at = last === undefined ? 0 : trend.runs.findIndex(({ id }) => id === last.run) + 1;
    return [
      scatterPicture({
        name: `trend-${figure}`,
        title: last === undefined ? `${capital(FIGURE_NAMES[figure])}: no change of level` : capital(changeText(last)),
        about: "Void and incomplete runs are shown, and nothing is told from them.",
        unit: figure === "rate" ? "a second" : "ms",
        xName: "run",
        scale: "zero",
        diagonal: false,
        dots: [
          { name: "runs that count", color: "one", points: pointsOf(true) },
          { name: "left out", color: "quiet", points: pointsOf(false) },
        ],
        between: at === 0 ? undefined : { from: at - 0.5, to: trend.runs.length + 0.5, name: "the new level" },
        table: {
          columns: ["run", "started", "verdict", FIGURE_NAMES[figure], "labels"],
          rows: trend.runs.map((run) => [
            run.id,
            minuteText(run.startedAt),
            run.verdict,
            figureText(figure, run[figure]),
            labelsText(run.labels),
          ]),
        },
      }),
    ];
  });
}

function inUnit(figure: TrendFigure, value: number | null): number | null {
  return value === null ? null : figure === "rate" ? value : value / 1_000;
}
