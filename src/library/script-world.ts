import { RollcallError } from "../model/error.ts";
import type { LiveFigures } from "../model/live.ts";
import { ownPlace, surroundings } from "../processes/surroundings.ts";
import type { StopActions } from "../runs/under-way/stop-signals.ts";
import type { World } from "../runs/world.ts";

/** What a script is told of a run. */
export interface Listener {
  /** The run's folder is there, and the load begins. */
  readonly onFolder?: (folder: string) => void;
  readonly onFigures?: (figures: LiveFigures) => void;
  readonly onWarning?: (text: string) => void;
}

export interface ScriptWorld extends World {
  /** No new arrivals; what is in flight ends, and the roll is called. */
  drain(): void;
}

/** The world of a script: nothing is printed, nobody is asked, and the process's signals stay the script's own. */
export function createScriptWorld(listener: Listener, signal?: AbortSignal): ScriptWorld {
  const running = new Set<StopActions>();
  /** Asked to drain when nothing ran yet. */
  let drainFirst = false;
  const place = ownPlace();
  return {
    ...surroundings(place.variables),
    ...place,
    busPace: undefined,
    voice: {
      say: () => Promise.resolve(),
      warn: (text) => listener.onWarning?.(text),
      ask: () => Promise.resolve(undefined),
      askText: () => Promise.resolve(undefined),
      progress: () => () => undefined,
      openView({ folder }) {
        listener.onFolder?.(folder);
        return Promise.resolve({
          update: (figures) => listener.onFigures?.(figures),
          note: (text) => listener.onWarning?.(text),
          close: () => undefined,
        });
      },
      isTerminal: false,
      display: () => ({ color: false, width: 100 }),
    },
    listenForStops(actions) {
      const abort = (): void => actions.abort();
      running.add(actions);
      if (signal?.aborted === true) abort();
      else if (drainFirst) {
        drainFirst = false;
        actions.drain();
      }
      signal?.addEventListener("abort", abort);
      return {
        [Symbol.dispose]() {
          running.delete(actions);
          signal?.removeEventListener("abort", abort);
        },
      };
    },
    // A script has no terminal of its own.
    listenForKeys: () => ({ listening: false, [Symbol.dispose]: () => undefined }),
    leave() {
      throw new RollcallError("interrupted", "The run was left.", "");
    },
    drain() {
      if (running.size === 0) drainFirst = true;
      for (const actions of running) actions.drain();
    },
  };
}
