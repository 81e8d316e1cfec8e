import { calledIn } from "../model/outcome.ts";
import type { LiveFigures } from "../model/live.ts";
import { layOut, NARROW, WIDE } from "../pictures/layout.ts";
import type { Chart, Key, Picture, PictureTable } from "../pictures/picture.ts";
import { formatCount, formatDuration, formatMs, formatRate } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";

/** All that the live page shows at one moment, history and all: JSON, of which every text is put onto the page as text. */
export interface LiveState {
  /** Of the run that is shown now: of a series, of how many. */
  readonly heading: string;
  readonly facts: readonly string[];
  readonly simulated: boolean;
  readonly stage: string;
  readonly stopping: Stopping;
  readonly load: ShownLoad;
  readonly cards: readonly (readonly [figure: string, name: string])[];
  readonly health: { readonly grade: string; readonly text: string };
  readonly notes: readonly string[];
  readonly pictures: readonly ShownPicture[];
  /** What came of it, when it has ended; null: it goes on. */
  readonly ended: { readonly headline: string; readonly tone: "good" | "warn" | "bad"; readonly folder: string } | null;
}

/** What can be done to an open load from the page, in two stages: what is asked for has to be confirmed. */
export interface ShownLoad {
  readonly offers: readonly { readonly action: LoadAction; readonly text: string }[];
  readonly asked: { readonly action: LoadAction; readonly text: string } | null;
  /** Why nothing can be done, or what was done last; "": there is nothing to say. */
  readonly text: string;
}

export const LOAD_ACTIONS = ["pause", "slower", "faster"] as const;
export type LoadAction = (typeof LOAD_ACTIONS)[number];

export type Stopping = "running" | "draining" | "aborting" | "over";

/** A picture as it is drawn where there is room, and what is different where there is little. */
export interface ShownPicture {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly unit: string;
  readonly keys: readonly Key[];
  readonly wide: Chart;
  readonly narrow: Pick<Chart, "xAxis" | "yAxis" | "grid">;
  readonly table: PictureTable;
}

export function shownPicture(picture: Picture): ShownPicture {
  const { name, title, about, unit, keys, chart, table } = picture;
  const { xAxis, yAxis, grid } = layOut(chart, NARROW);
  const shown = keys.map((key) => ({ ...key, name: printable(key.name) }));
  const narrow = { ...(xAxis && { xAxis }), ...(yAxis && { yAxis }), ...(grid && { grid }) };
  return {
    name,
    title: printable(title),
    about: printable(about),
    unit,
    keys: shown,
    wide: layOut(chart, WIDE),
    narrow,
    table,
  };
}

/** The figures that are looked at first. */
export function cardsOf(figures: LiveFigures): LiveState["cards"] {
  const { outcomes, verdicts, rate, lastSecond, run, retries, waiting = 0 } = figures;
  const ms = (time: number | null): string => (time === null ? "-" : `${formatMs(time)} ms`);
  const planned = rate.planned === null ? "" : ` of ${formatRate(rate.planned)} planned`;
  const wrong = outcomes.rejected + outcomes.failed;
  const logins = calledIn(verdicts);
  return [
    [
      `${formatCount(outcomes.provisioned)}${figures.devices === null ? "" : ` of ${formatCount(figures.devices)}`}`,
      "devices provisioned",
    ],
    [formatRate(rate.achieved), `started a second${planned}`],
    [ms(lastSecond.p50), "round trip p50, last second"],
    [ms(run.p99), "round trip p99, the whole run"],
    [formatCount(figures.inFlight), "in flight"],
    [formatCount(wrong), "rejected or failed"],
    ...(retries === undefined
      ? []
      : ([
          [formatCount(retries.ended), "further attempts"],
          [formatCount(retries.recovered), "came back with one of them"],
          [formatCount(waiting), "devices that wait to try again"],
        ] as const)),
    ...(logins === 0
      ? []
      : [[`${formatCount(verdicts.connected)} of ${formatCount(outcomes.provisioned)}`, "logged in"] as const]),
    ...(figures.held === 0 ? [] : [[formatCount(figures.held), "sessions held"] as const]),
  ];
}

export function stageText({ stageText: stage, at, remaining }: LiveFigures): string {
  const left = remaining === null ? "" : `, about ${formatDuration(remaining)} left`;
  return `${formatDuration(at)}: ${stage}${left}`;
}
