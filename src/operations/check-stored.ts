import pLimit from "p-limit";
import type { Administration, ServerDevice } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { StoredValues } from "../model/server-record.ts";
import type { Waits } from "./at-rest.ts";

const AT_ONCE = 4;
const BETWEEN_LOOKS_MS = 1_000;

export interface StoredWish {
  readonly waits: Waits;
  /** After which what is not there is missing. */
  readonly atMostMs: number;
  readonly key: string;
  readonly value: string;
}

/**
 * Looks whether each of these devices has the value that it published, and was acknowledged for: that says that the rule
 * engine's queue took it, not that it was stored. Those without it are looked at again, a second later each time.
 */
export async function checkStored(
  admin: Pick<Administration, "latestValue">,
  devices: readonly Pick<ServerDevice, "id" | "name">[],
  { waits, atMostMs, key, value }: StoredWish,
  stop: AbortSignal,
): Promise<StoredValues> {
  const begin = waits.now();
  const waited = (): number => Math.round(waits.now() - begin);
  const result = (left: readonly Pick<ServerDevice, "name">[]): StoredValues => ({
    asked: devices.length,
    missing: left.map(({ name }) => name).toSorted(),
    waitedMs: waited(),
  });
  let left = devices;
  try {
    for (;;) {
      const found = await pLimit(AT_ONCE).map(left, async (device) => {
        stop.throwIfAborted();
        return isSame(await admin.latestValue(device.id, key, stop), value) ? [] : [device];
      });
      left = found.flat();
      if (left.length === 0 || waited() + BETWEEN_LOOKS_MS > atMostMs) return result(left);
      await waits.sleep(BETWEEN_LOOKS_MS, stop);
    }
  } catch (error) {
    // An administrator who may list devices may still not be shown what they say.
    if (error instanceof RollcallError) return { ...result([]), unread: error.message };
    throw error;
  }
}

/** A text of digits is stored as a number (JsonConverter, json.type_cast), which has no zeros before it. */
function isSame(stored: string | undefined, value: string): boolean {
  if (stored === undefined) return false;
  return stored === value || (/^\d+$/.test(value) && /^\d+$/.test(stored) && BigInt(stored) === BigInt(value));
}
