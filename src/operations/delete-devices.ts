import pLimit from "p-limit";
import type { Administration, ServerDevice } from "../model/administration.ts";

export interface Deletion {
  readonly deleted: number;
  /** Not there any more when their turn came. */
  readonly gone: number;
  /** Why it ended before all were deleted; undefined: it did not. */
  readonly error: unknown;
}

/** Deletes by id, `concurrency` at once. The first error or `stop` ends it: nothing new is begun, what is in flight is waited for and counted. */
export async function deleteDevices(
  admin: Pick<Administration, "deleteDevice">,
  devices: readonly Pick<ServerDevice, "id">[],
  concurrency: number,
  stop: AbortSignal,
): Promise<Deletion> {
  const never = new AbortController().signal;
  const limit = pLimit(concurrency);
  let deleted = 0;
  let gone = 0;
  let failure: { readonly error: unknown } | undefined;
  await limit.map(devices, async ({ id }) => {
    if (failure !== undefined || stop.aborted) return;
    try {
      if (await admin.deleteDevice(id, never)) deleted += 1;
      else gone += 1;
    } catch (error) {
      failure ??= { error };
    }
  });
  return { deleted, gone, error: failure?.error ?? (stop.aborted ? stop.reason : undefined) };
}
