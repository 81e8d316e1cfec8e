import pLimit from "p-limit";
import type { Administration, ServerDevice } from "../model/administration.ts";
import type { Clock } from "../model/ports.ts";
import { us } from "../model/units.ts";

export interface Deletion {
  readonly deleted: number;
  /** Not there any more when their turn came. */
  readonly gone: number;
  /** Why it ended before all were deleted; undefined: it did not. */
  readonly error: unknown;
}

export interface DeletionPace {
  /** At once. */
  readonly concurrency: number;
  /** Begun a second; undefined: as fast as the concurrency allows. */
  readonly rate: number | undefined;
  readonly clock: Clock;
  readonly onProgress: (done: number, of: number) => void;
}

/** Deletes by id. The first error or `stop` ends it: nothing new is begun, what is in flight is waited for and counted. */
export async function deleteDevices(
  admin: Pick<Administration, "deleteDevice">,
  devices: readonly Pick<ServerDevice, "id">[],
  { concurrency, rate, clock, onProgress }: DeletionPace,
  stop: AbortSignal,
): Promise<Deletion> {
  const never = new AbortController().signal;
  const limit = pLimit(concurrency);
  const begin = clock.now();
  let deleted = 0;
  let gone = 0;
  let failure: { readonly error: unknown } | undefined;
  const isOver = (): boolean => failure !== undefined || stop.aborted;
  await limit.map(devices, async ({ id }, index) => {
    if (isOver()) return;
    if (rate !== undefined) await clock.sleepUntil(us(begin + Math.round((index * 1_000_000) / rate)), stop);
    if (isOver()) return;
    try {
      if (await admin.deleteDevice(id, never)) deleted += 1;
      else gone += 1;
      onProgress(deleted + gone, devices.length);
    } catch (error) {
      failure ??= { error };
    }
  });
  return { deleted, gone, error: failure?.error ?? (stop.aborted ? stop.reason : undefined) };
}
