import pLimit from "p-limit";
import type { Administration, ServerDevice } from "../model/administration.ts";
import type { Clock } from "../model/ports.ts";
import { us } from "../model/units.ts";
import { isUuid } from "../model/uuid.ts";
import { type DeviceClaim, type ForeignReason, judgeDevice } from "./deletion-decision.ts";

export type DeviceEnd =
  /**
   * "vanished": it was there when it was read, and not when it was to be deleted. Somebody else may have been faster; or this
   * deletion was done, its answer was lost with the connection, and what was answered is the same request sent again.
   */
  | { readonly end: "deleted" | "gone" | "vanished" }
  /** It stays. */
  | { readonly end: "foreign"; readonly why: ForeignReason };

type Deleter = Pick<Administration, "deviceById" | "deleteDevice">;

/** Reads the device by its id and deletes it at once, if that record fits one of the claims. */
export async function deleteDevice(
  admin: Deleter,
  id: string,
  claims: readonly DeviceClaim[],
  stop: AbortSignal,
): Promise<DeviceEnd> {
  if (!isUuid(id)) return { end: "foreign", why: "no-uuid" };
  const record = await admin.deviceById(id, stop);
  if (record === undefined) return { end: "gone" };
  const judgement = judgeDevice(id, record, claims);
  if (!judgement.own) return { end: "foreign", why: judgement.why };
  return { end: (await admin.deleteDevice(judgement.proof, stop)) ? "deleted" : "vanished" };
}

export interface ForeignDevice {
  /** As it was listed. */
  readonly name: string;
  readonly why: ForeignReason;
}

export interface Deletion {
  readonly deleted: number;
  /** Not there any more when their turn came. */
  readonly gone: number;
  /** There when they were read, and gone when they were to be deleted: by whom, nobody knows. */
  readonly vanished: number;
  /** Were taken for own, and are not, by their own records. */
  readonly foreign: readonly ForeignDevice[];
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
  /** Before each is asked for; what it rejects with ends the deleting. Absent: nobody keeps what goes. */
  readonly onBegin?: (device: Pick<ServerDevice, "id" | "name">) => Promise<void>;
}

/** Deletes by id what is ours. The first error or `stop` ends it: nothing new is begun, what is in flight is waited for and counted. */
export async function deleteDevices(
  admin: Deleter,
  devices: readonly Pick<ServerDevice, "id" | "name">[],
  claims: readonly DeviceClaim[],
  { concurrency, rate, clock, onProgress, onBegin }: DeletionPace,
  stop: AbortSignal,
): Promise<Deletion> {
  const never = new AbortController().signal;
  const limit = pLimit(concurrency);
  const begin = clock.now();
  const ends = { deleted: 0, gone: 0, vanished: 0 };
  const foreign: ForeignDevice[] = [];
  let failure: { readonly error: unknown } | undefined;
  const isOver = (): boolean => failure !== undefined || stop.aborted;
  await limit.map(devices, async ({ id, name }, index) => {
    if (isOver()) return;
    if (rate !== undefined) await clock.sleepUntil(us(begin + Math.round((index * 1_000_000) / rate)), stop);
    if (isOver()) return;
    try {
      await onBegin?.({ id, name });
      const came = await deleteDevice(admin, id, claims, never);
      if (came.end === "foreign") foreign.push({ name, why: came.why });
      else ends[came.end] += 1;
      onProgress(ends.deleted + ends.gone + ends.vanished + foreign.length, devices.length);
    } catch (error) {
      failure ??= { error };
    }
  });
  return { ...ends, foreign, error: failure?.error ?? (stop.aborted ? stop.reason : undefined) };
}
