import process from "node:process";
import type { Owner } from "../processes/owner.ts";
import { createStopSequence, type StopActions } from "../runs/under-way/stop-signals.ts";
import type { Io } from "./streams.ts";

/** What ends the program from outside: the signals of its process, and the loss of its owner. */
export interface Signals {
  /** Until disposed of. */
  listenForStops(actions: StopActions): Disposable;
}

interface SignalsOptions {
  readonly signals: Io["signals"];
  /** Whose loss ends the program; undefined: nobody's. */
  readonly owner: Owner | undefined;
  /** The program was started to stay: SIGHUP is not heard. */
  readonly staying: boolean;
  readonly warn: (text: string) => void;
}

/** How often the owner is looked for: the load goes on that long without one. */
const OWNER_LOOK_MS = 500;

export function createSignals({ signals, owner, staying, warn }: SignalsOptions): Signals {
  /** Who hears of the owner's loss. */
  const losses = new Set<() => void>();
  // Node ends a process at a SIGHUP that nobody listens to.
  if (staying) signals.on("SIGHUP", () => undefined);
  if (owner !== undefined) {
    const looking = setInterval(() => {
      if (!owner.isGone()) return;
      clearInterval(looking);
      warn(`${owner.name}, which started this, is gone: stopping, as on SIGTERM.`);
      if (losses.size === 0) process.kill(process.pid, "SIGTERM");
      else for (const lose of losses) lose();
    }, OWNER_LOOK_MS);
    looking.unref();
  }

  return {
    listenForStops(actions) {
      const receive = createStopSequence(actions, () => performance.now());
      const loseOwner = (): void => receive("owner lost");
      const heard = (["SIGINT", "SIGTERM", "SIGHUP"] as const).filter((signal) => signal !== "SIGHUP" || !staying);
      for (const signal of heard) signals.on(signal, receive);
      losses.add(loseOwner);
      return {
        [Symbol.dispose]() {
          for (const signal of heard) signals.off(signal, receive);
          losses.delete(loseOwner);
        },
      };
    },
  };
}
