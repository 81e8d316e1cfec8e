import type { Clock } from "../model/ports.ts";
import type { Us } from "../model/units.ts";

/** A device's place among those in flight. */
export interface Slot {
  /** It waits, and holds nothing in flight. */
  leave(): void;
  /** It is in flight again; false: more are than may be. */
  enter(): boolean;
}

/** Of a device that holds none. */
export const NO_SLOT: Slot = { leave: () => undefined, enter: () => true };

/** Where devices wait for their next attempt. */
export interface Waits {
  /** "due": its time has come, and there is room for it. */
  until(due: Us, slot: Slot): Promise<"due" | "stopped" | "in-flight-cap">;
}

/**
 * One signal for each device that waits, and a single listener on `stop` for all of them: a signal keeps its listeners in a list, and
 * after a node's death ten thousand wait.
 */
export function createWaits(clock: Clock, onWait: (change: 1 | -1) => void, stop: AbortSignal): Waits {
  const waiting = new Set<AbortController>();
  stop.addEventListener("abort", () => waiting.forEach((each) => each.abort()), { once: true });

  return {
    async until(due, slot) {
      const ended = new AbortController();
      if (stop.aborted) ended.abort();
      waiting.add(ended);
      slot.leave();
      onWait(1);
      await clock.sleepUntil(due, ended.signal);
      waiting.delete(ended);
      onWait(-1);
      const room = slot.enter();
      if (stop.aborted) return "stopped";
      return room ? "due" : "in-flight-cap";
    },
  };
}
