import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf, RollcallError } from "../../model/error.ts";
import { parseMetricSelector } from "../../model/metric-selector.ts";
import type { Admin } from "../../model/plan.ts";
import type { WatchPlan } from "../../model/watch.ts";
import { createWatchFile } from "../../record/watch-file.ts";
import { createAdministration, ADMIN_LIMITS } from "../../thingsboard/admin.ts";
import { keepWatch } from "../../watch/keep-watch.ts";
import type { WatchSource } from "../../watch/look.ts";
import { createPrometheusSource } from "../../watch/prometheus-source.ts";
import { createSystemInfoSource } from "../../watch/system-info-source.ts";
import { tellTroubles } from "../server/administration.ts";
import { simulatedSystemAccess, systemAccess } from "../server/system-access.ts";
import { monotonicMs, type World } from "../world.ts";

/** What a run's server is asked about itself, and where its REST API is. */
export interface Watching {
  readonly plan: WatchPlan;
  /** Undefined: nobody said. */
  readonly rest: Pick<Admin, "url" | "moreUrls" | "tls"> | undefined;
  readonly simulated: boolean;
}

/** Looks at the server of one run, in whose folder it is written down. */
export interface RunWatch {
  /** Until disposed of. Nothing that happens to it ends the run. Throws RollcallError "results-file". */
  begin(folder: string, note: (text: string) => void): AsyncDisposable;
}

/** A hundred services in a long-winded JSON. */
const SYSTEM_INFO_LIMITS = { bytes: 1_048_576, answerMs: 10_000, longMs: 10_000, bodyMs: 10_000 };
/** One of several must not take the time in which the next could tell. */
const ONE_OF_SEVERAL = { ...SYSTEM_INFO_LIMITS, answerMs: 4_000, longMs: 4_000, bodyMs: 2_000 };

/** Undefined: nothing is watched. Nothing is asked yet. Throws RollcallError where who asks is half given: better now than in the run. */
export function prepareWatch(world: World, watching: Watching | undefined): RunWatch | undefined {
  if (watching === undefined) return undefined;
  const { plan } = watching;
  const selectors = plan.metrics.map(parseMetricSelector).filter((selector) => selector !== undefined);
  const sources: WatchSource[] = plan.prometheus.map((url) => createPrometheusSource(url, plan, selectors));
  if (plan.systemInfo) sources.unshift(systemInfoOf(world, watching));
  if (sources.length === 0) return undefined;
  return {
    begin(folder, note) {
      const file = createWatchFile(folder);
      const over = new AbortController();
      let full = false;
      const ended = keepWatch(
        {
          sources,
          every: plan.every,
          wall: world.clock.wall,
          now: () => monotonicMs(world.clock),
          pause: (ms, stop) => sleep(Math.max(0, ms), undefined, { signal: stop }).catch(() => undefined),
          note(record) {
            if (file.add(record) || full) return;
            full = true;
            note("What the server says of itself is no longer written down: watch.ndjson is as long as it may be.");
          },
          warn: note,
        },
        over.signal,
      ).catch((error: unknown) => note(`The server is no longer watched: ${reasonOf(error)}`));
      return {
        async [Symbol.asyncDispose]() {
          over.abort();
          await ended;
          file[Symbol.dispose]();
        },
      };
    },
  };
}

function systemInfoOf(world: World, { plan, rest, simulated }: Watching): WatchSource {
  if (rest === undefined) {
    throw new RollcallError(
      "no-admin",
      "systemInfo is watched, and nobody says where ThingsBoard's REST API is.",
      "Give --admin-url, or admin.url in the scenario.",
    );
  }
  if (!simulated && plan.systemUser === undefined) {
    throw new RollcallError(
      "no-admin",
      "systemInfo is told to a system administrator alone, and none is given.",
      "Give --system-user (or watch.systemUser) with ROLLCALL_SYSTEM_PASSWORD in the environment.",
    );
  }
  const access =
    plan.systemUser === undefined || simulated
      ? simulatedSystemAccess(rest)
      : systemAccess(rest, plan.systemUser, world.variables);
  let cost = { requests: 0, bytes: 0 };
  const admin = createAdministration(access, {
    ...ADMIN_LIMITS,
    exchange: rest.moreUrls === undefined ? SYSTEM_INFO_LIMITS : ONE_OF_SEVERAL,
    ...tellTroubles(world),
    onAnswer(bytes) {
      cost = { requests: cost.requests + 1, bytes: cost.bytes + bytes };
    },
  });
  return createSystemInfoSource(admin, () => {
    const since = cost;
    cost = { requests: 0, bytes: 0 };
    return since;
  });
}
