import { setTimeout as sleep } from "node:timers/promises";
import type { ResultFetcher } from "../bus/fetch-results.ts";
import type { BusPace } from "../bus/pace.ts";

interface Awaited {
  readonly fetcher: Pick<ResultFetcher, "progress" | "sweep" | "waitFor">;
  readonly files: readonly string[];
  readonly pace: Pick<BusPace, "look" | "underWay">;
  /** For so long nothing may come of what is not on the bus yet; milliseconds, asked anew each time. */
  readonly patience: () => number;
}

/**
 * Until these files are whole, or nothing comes any more. Whose results they are may be lost while they lie on the bus: what
 * has come from anybody counts, parcels that are under way have their own time, and before it gives up it looks for those
 * that nobody told of.
 */
export async function awaitResults({ fetcher, files, pace, patience }: Awaited, stop: AbortSignal): Promise<void> {
  const given = new AbortController();
  const over = AbortSignal.any([given.signal, stop]);
  void watchQuiet().catch(() => undefined);
  await fetcher.waitFor(files, over);
  given.abort();

  async function watchQuiet(): Promise<void> {
    let [known, quietMs, swept] = [-1, 0, false];
    while (!over.aborted) {
      await sleep(pace.look, undefined, { signal: over });
      const { taken, underWay } = fetcher.progress();
      if (taken !== known) [known, quietMs, swept] = [taken, 0, false];
      else quietMs += pace.look;
      if (quietMs < (underWay > 0 ? Math.max(pace.underWay, patience()) : patience())) continue;
      if (!swept) {
        await fetcher.sweep().catch(() => undefined);
        [quietMs, swept] = [0, true];
        if (fetcher.progress().underWay > 0) continue;
      }
      given.abort();
      return;
    }
  }
}
