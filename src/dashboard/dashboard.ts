import { setTimeout as sleep } from "node:timers/promises";
import type { LiveFigures } from "../model/live.ts";
import { courseOf } from "../pictures/moments.ts";
import type { PictureSubject } from "../pictures/picture.ts";
import { picturesOf } from "../pictures/pictures.ts";
import { printable } from "../writing/text-width.ts";
import { assetRoutes } from "./assets.ts";
import { LIVE_STYLE, livePage } from "./live-page.ts";
import { type Answer, type Route, servePages, type ServeOptions } from "./serve.ts";
import { createLoadButtons, type LoadControl } from "./load-buttons.ts";
import { cardsOf, type LiveState, shownPicture, stageText, type Stopping } from "./state.ts";
import { createStream } from "./stream.ts";

/** A page on which runs are watched while they go on, one after the other. */
export interface Dashboard extends AsyncDisposable {
  /** With its token. */
  readonly link: string;
  begin(run: WatchedRun): void;
  /** Once a second, and at the end. */
  update(figures: LiveFigures): void;
  note(text: string): void;
  /** `report`: the page about it, made when somebody asks. */
  end(ended: NonNullable<LiveState["ended"]>, report: () => Promise<string>): void;
}

export interface WatchedRun extends Pick<LiveState, "heading" | "facts" | "simulated"> {
  /** What can be drawn of it now; undefined: nothing yet. */
  readonly subject: () => PictureSubject | undefined;
  /** What was marked so far, and done to the load by hand. */
  readonly happened: () => Parameters<typeof courseOf>[1];
  /** No new arrivals; then the roll is called. */
  readonly drain: () => void;
  /** Stop at once. */
  readonly abort: () => void;
  /** How the load is changed; a text: why it is not. */
  readonly load: LoadControl | string;
}

const MOST_NOTES = 50;
/** Browsers fetch the report when they hear of the end: so long the server waits for them. */
const LINGER_MS = 3_000;
const LOOK_MS = 50;

const NOTHING_YET: LiveState = {
  heading: "rollcall",
  facts: [],
  simulated: false,
  stage: "nothing runs yet",
  stopping: "over",
  load: { offers: [], asked: null, text: "" },
  cards: [],
  health: { grade: "valid", text: "" },
  notes: [],
  pictures: [],
  ended: null,
};

/**
 * Serves the page until disposed of. What browsers do, or do not do, changes nothing for the run: nothing waits for them, and
 * while nobody looks nothing is drawn. Throws RollcallError "dashboard".
 */
export async function openDashboard(
  options: Pick<ServeOptions, "host" | "port" | "token" | "onError">,
): Promise<Dashboard> {
  let run: WatchedRun | undefined;
  let figures: LiveFigures | undefined;
  let notes: readonly string[] = [];
  let stopping: Stopping = "over";
  let ended: LiveState["ended"] = null;
  let report: (() => Promise<string>) | undefined;
  let fetched = 0;
  const buttons = createLoadButtons(() => {
    if (run === undefined) return "Nothing runs yet.";
    const isLoad = figures?.stage.kind === "load";
    return stopping === "running" && isLoad ? run.load : typeof run.load === "string" ? run.load : "No load goes on.";
  });
  const stream = createStream(() => JSON.stringify(stateNow()));

  function stateNow(): LiveState {
    if (run === undefined) return NOTHING_YET;
    const { heading, facts, simulated } = run;
    const subject = run.subject();
    return {
      heading: printable(heading),
      facts: facts.map(printable),
      simulated,
      stage: ended !== null ? "the run has ended" : figures === undefined ? "the generators start" : stageText(figures),
      stopping,
      load: buttons.shown(),
      cards: figures === undefined ? [] : cardsOf(figures),
      health: { grade: figures?.health.grade ?? "valid", text: healthText(figures) },
      notes,
      pictures: subject === undefined ? [] : picturesOf(withMoments(subject, run)).map(shownPicture),
      ended,
    };
  }

  function show(): void {
    if (stream.size > 0) stream.send(JSON.stringify(stateNow()));
  }

  /** So many times, or that long: who closed the page does not come for it. */
  async function reportsFetched(times: number): Promise<void> {
    for (let waited = 0; waited < LINGER_MS; waited += LOOK_MS) {
      if (fetched >= times || stream.size === 0) return;
      await sleep(LOOK_MS);
    }
  }

  /** What was asked for happens once; a second press is another request. */
  function stop(from: Stopping, to: "draining" | "aborting", act: (of: WatchedRun) => void): Answer {
    if (run === undefined || stopping !== from)
      return { status: 409, type: "text", body: "That is not possible now.\n" };
    stopping = to;
    act(run);
    show();
    return { type: "text", body: `${to}\n` };
  }

  const server = await servePages({
    ...options,
    styles: [LIVE_STYLE],
    routes: {
      ...assetRoutes(),
      "/": { method: "GET", answer: async () => ({ type: "html", body: livePage() }) },
      "/events": {
        method: "GET",
        answer: async (_, response) =>
          stream.join(response) ? undefined : { status: 503, type: "text", body: "Too many look on already.\n" },
      },
      "/stop/drain": { method: "POST", answer: async () => stop("running", "draining", (of) => of.drain()) },
      "/stop/abort": { method: "POST", answer: async () => stop("draining", "aborting", (of) => of.abort()) },
      ...Object.fromEntries(
        Object.entries(buttons.routes).map(([path, act]): [string, Route] => [
          path,
          {
            method: "POST",
            answer: async () => {
              const answer = act();
              show();
              return answer;
            },
          },
        ]),
      ),
      "/report": {
        method: "GET",
        answer: async () => {
          if (report === undefined) return { status: 404, type: "text", body: "The run has not ended.\n" };
          const body = await report();
          fetched += 1;
          return { type: "html", body };
        },
      },
    },
  });

  return {
    link: server.link,
    begin(next) {
      [run, figures, notes, stopping, ended, report, fetched] = [next, undefined, [], "running", null, undefined, 0];
      buttons.reset();
      show();
    },
    update(now) {
      figures = now;
      show();
    },
    note(text) {
      notes = [...notes, printable(text)].slice(-MOST_NOTES);
    },
    end(with_, page) {
      [ended, report, stopping] = [with_, page, "over"];
      show();
    },
    async [Symbol.asyncDispose]() {
      if (report !== undefined && stream.size > 0) await reportsFetched(stream.size);
      stream.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

function withMoments(subject: PictureSubject, { happened }: WatchedRun): PictureSubject {
  return { ...subject, timeline: courseOf(subject.timeline, happened()) };
}

function healthText(figures: LiveFigures | undefined): string {
  return figures === undefined ? "" : `Generators ${figures.health.grade}: ${figures.health.worst}`;
}
