import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import type { Dashboard } from "../../dashboard/dashboard.ts";
import { devicesOf } from "../../model/devices-of.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { protocolOf, urlOf } from "../../model/target.ts";
import { reports } from "../../report/reports.ts";
import { createLiveTimeline } from "../../summary/live-timeline.ts";
import { readSummary } from "../results/results.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import type { World } from "../world.ts";
import { quantity } from "../../writing/notation.ts";

/** As the options --dashboard and --dashboard-host give it. */
export interface PageAsked {
  /** A port; 0: any that is free; undefined: no page. */
  readonly dashboard?: number | undefined;
  readonly dashboardHost?: string | undefined;
}

/** A live page of the runs of one command; it is there from the first of them until disposed of. */
export interface WatchPage extends AsyncDisposable, Pick<Dashboard, "update" | "note"> {
  begin(run: PageRun): (snapshot: Snapshot) => void;
  /** When a run has ended: what came of it, and its report. */
  end(folder: string): Promise<void>;
}

interface PageRun {
  readonly plan: Plan;
  readonly simulated: boolean;
  /** Of one that is one of many. */
  readonly heading: string | undefined;
  readonly drain: () => void;
  readonly abort: () => void;
}

const LOOPBACK = "127.0.0.1";

/** Opens the page if one is asked for, and says where. Throws RollcallError "usage" or "dashboard", before anything is sent. */
export async function openWatchPage(
  { voice, folder: here }: Pick<World, "voice" | "folder">,
  { dashboard: port, dashboardHost: host }: PageAsked,
): Promise<WatchPage | undefined> {
  if (port === undefined) return undefined;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RollcallError(
      "usage",
      `--dashboard ${port} is no port.`,
      "A port is a whole number up to 65535; with none, one that is free is taken.",
    );
  }
  // Loaded only where it is asked for: with no page it would be part of every run's start.
  const { openDashboard } = await import("../../dashboard/dashboard.ts");
  const page = await openDashboard({
    host: host ?? LOOPBACK,
    port,
    token: randomBytes(16).toString("hex"),
    onError: (error) => voice.warn(`The live page failed: ${reasonOf(error)}`),
  });
  voice.warn(`Live page: ${page.link}`);
  return {
    update: (figures) => page.update(figures),
    note: (text) => page.note(text),
    begin({ plan, simulated, heading, drain, abort }) {
      const live = createLiveTimeline(plan);
      const { target } = plan;
      page.begin({
        heading: heading === undefined ? plan.name : `${plan.name}: ${heading}`,
        facts: [`Target: ${urlOf(target)} (${protocolOf(target)})`, `Load: ${quantity(devicesOf(plan), "device")}`],
        simulated,
        subject: () => {
          const read = live.read();
          return read === undefined ? undefined : { ...read, floor: undefined, grade: "valid" };
        },
        drain,
        abort,
      });
      return (snapshot) => live.add(snapshot);
    },
    async end(folder) {
      // A run that recorded nothing has no summary, which the terminal tells.
      const verdict = await readSummary(folder).then(
        (summary) => summary.verdict,
        () => ({ passed: false, headline: "The run has ended, and nothing was recorded of it." }),
      );
      const tone = verdict.passed ? "good" : "bad";
      page.end({ headline: verdict.headline, tone, folder: relative(here, folder) }, async () =>
        reports.html.render({ summary: await readSummary(folder), histograms: [] }, FILE_OPTIONS),
      );
    },
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
}
