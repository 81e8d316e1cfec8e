import { randomBytes } from "node:crypto";
import type { Dashboard } from "../../dashboard/dashboard.ts";
import { devicesAreCeiling, devicesOf } from "../../model/devices-of.ts";
import { reasonOf } from "../../model/error.ts";
import type { View } from "../../model/live.ts";
import type { Plan } from "../../model/plan.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { TempoChange } from "../../model/tempo.ts";
import { protocolOf, targetsOf, urlsOfPlan } from "../../model/target.ts";
import { reports } from "../../report/reports.ts";
import { createLiveTimeline } from "../../summary/live-timeline.ts";
import type { TempoControl } from "./tempo-control.ts";
import { createPageMoments, type PageMoments } from "./page-moments.ts";
import { readSummary } from "../results/results.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import type { World } from "../world.ts";
import { quantity } from "../../writing/notation.ts";
import { shownPath } from "../../writing/shown-path.ts";

/** As the options --dashboard and --dashboard-host give it. */
export interface PageAsked {
  /** A port; 0: any that is free; undefined: no page. */
  readonly dashboard?: number | undefined;
  readonly dashboardHost?: string | undefined;
}

/** A live page of the runs of one command; it is there from the first of them until disposed of. */
export interface WatchPage extends AsyncDisposable, Pick<Dashboard, "update" | "note"> {
  begin(run: PageRun): PageEars;
  /** When a run has ended: what came of it, and its report. */
  end(folder: string): Promise<void>;
}

/** What the page is told of the run, beside what the terminal shows. */
export interface PageEars {
  hear(snapshot: Snapshot): void;
  changeTempo(change: TempoChange): void;
}

interface PageRun {
  readonly plan: Plan;
  /** Of the run: what is marked is written there. */
  readonly folder: string;
  /** Those that make the run together; undefined: one does. */
  readonly machines: readonly { readonly name: string; readonly generators: readonly number[] }[] | undefined;
  readonly simulated: boolean;
  /** Of one that is one of many. */
  readonly heading: string | undefined;
  readonly drain: () => void;
  readonly abort: () => void;
  readonly tempo: () => TempoControl;
  /** Why the rate of the load is not to be changed; undefined: it may be. */
  readonly fixed: string | undefined;
}

const LOOPBACK = "127.0.0.1";

/** Opens the page if one is asked for, and says where. Throws RollcallError "dashboard", before anything is sent. */
export async function openWatchPage(
  { voice, folder: here, clock }: Pick<World, "voice" | "folder" | "clock">,
  { dashboard: port, dashboardHost: host }: PageAsked,
): Promise<WatchPage | undefined> {
  if (port === undefined) return undefined;
  // Loaded only where it is asked for: with no page it would be part of every run's start.
  const { openDashboard } = await import("../../dashboard/dashboard.ts");
  const page = await openDashboard({
    host: host ?? LOOPBACK,
    port,
    token: randomBytes(16).toString("hex"),
    onError: (error) => voice.warn(`The live page failed: ${reasonOf(error)}`),
  });
  voice.warn(`Live page: ${page.link}`);
  let moments: PageMoments | undefined;
  return {
    update(figures) {
      void moments?.look();
      page.update(figures);
    },
    note: (text) => page.note(text),
    begin({ plan, folder, machines, simulated, heading, drain, abort, tempo, fixed }) {
      const live = createLiveTimeline(plan);
      const own = createPageMoments({ folder, wall: () => clock.wall(), note: (text) => page.note(text) });
      moments = own;
      const protocols = [...new Set(targetsOf(plan).map(protocolOf))].join(", ");
      page.begin({
        heading: heading === undefined ? plan.name : `${plan.name}: ${heading}`,
        facts: [
          `Target: ${urlsOfPlan(plan)} (${protocols})`,
          `Load: ${devicesAreCeiling(plan) ? "at most " : ""}${quantity(devicesOf(plan), "device")}`,
        ],
        simulated,
        subject: () => {
          const read = live.read();
          if (read === undefined) return undefined;
          return { ...read, floor: undefined, grade: "valid", machines };
        },
        happened: () => own.read(),
        drain,
        abort,
        load: fixed ?? { offers: () => tempo().offers(), press: (key) => tempo().press(key) },
      });
      return {
        hear(snapshot) {
          live.add(snapshot);
          own.hear(snapshot);
        },
        changeTempo: (change) => own.changeTempo(change),
      };
    },
    async end(folder) {
      // A run that recorded nothing has no summary, which the terminal tells.
      const verdict = await readSummary(folder).then(
        (summary) => summary.verdict,
        () => ({ passed: false, headline: "The run has ended, and nothing was recorded of it." }),
      );
      const tone = verdict.passed ? "good" : "bad";
      page.end({ headline: verdict.headline, tone, folder: shownPath(folder, here) }, async () =>
        reports.html.render({ summary: await readSummary(folder), histograms: [] }, FILE_OPTIONS),
      );
    },
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
}

/** The page hears what the terminal does. */
export function besideView(view: View, page: Pick<WatchPage, "update" | "note">): View {
  return {
    update(figures) {
      view.update(figures);
      page.update(figures);
    },
    note(text) {
      view.note(text);
      page.note(text);
    },
    close: () => view.close(),
  };
}
