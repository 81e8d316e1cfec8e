import { setTimeout as pause } from "node:timers/promises";
import { RollcallError } from "../../model/error.ts";
import { requestLimitMs } from "../../model/request-limit.ts";
import type { RestWish, ServerAtWork, Waits } from "../../operations/at-rest.ts";
import { parseDuration } from "../../scenario/quantities.ts";
import { formatCount } from "../../writing/notation.ts";
import type { EmbeddedSimulator } from "../simulation/embedded-simulator.ts";
import type { World } from "../world.ts";
import type { RunEvidence } from "./run-record.ts";

const AT_MOST_MS = 60_000;

/** How a server is waited for after a run. */
export interface Settling {
  readonly version: string;
  readonly atMostMs: number;
  /** A server that is the run's own, and tells what it still has to do. */
  readonly simulator: EmbeddedSimulator | undefined;
}

/** `--settle`, in milliseconds. Throws RollcallError "usage". */
export function settleMsOf({ settle }: { readonly settle?: string | undefined }): number {
  if (settle === undefined) return AT_MOST_MS;
  const time = parseDuration(settle);
  if (time !== undefined) return time / 1_000;
  throw new RollcallError(
    "usage",
    `--settle ${settle} is no length of time.`,
    "Write seconds, or a number with its unit: --settle 90s, --settle 2m; 0: look once, and do not wait.",
  );
}

/** What `record` leaves the server to do. */
export function atWork(
  { clock }: Pick<World, "clock">,
  record: Pick<RunEvidence, "lastAsked">,
  { version, simulator }: Settling,
): Pick<ServerAtWork<unknown>, "busy" | "limitMs"> {
  const limit = requestLimitMs(version);
  const left = limit - (clock.wall() - record.lastAsked);
  return {
    limitMs: Math.min(limit, Math.max(0, left)),
    busy: simulator === undefined ? undefined : async () => (await simulator.account()).underWay > 0,
  };
}

/** Says once that it waits, and from then on nothing until it is over. */
export function restWish({ clock, voice }: Pick<World, "clock" | "voice">, atMostMs: number): RestWish {
  let said = false;
  return {
    waits: clock.waits,
    atMostMs,
    onWait(devices) {
      if (said) return;
      said = true;
      const now = devices === undefined ? "" : `; ${formatCount(devices)} in the profile now`;
      voice.warn(
        `The server may still be creating devices: waiting for it to come to rest, at most ${formatCount(Math.round(atMostMs / 1_000))} s (--settle)${now}.`,
      );
    },
  };
}

/** By the timers of this process. */
export function createWaits(monotonic: () => bigint): Waits {
  return {
    now: () => Number(monotonic() / 1_000n) / 1_000,
    async sleep(ms, stop) {
      await pause(ms, undefined, { signal: stop });
    },
  };
}
