import { findOwner, outlivesOthers } from "../processes/owner.ts";
import { surroundings } from "../processes/surroundings.ts";
import type { World } from "../runs/world.ts";
import { listenForKeys } from "./keys.ts";
import { createSignals } from "./signals.ts";
import type { Io } from "./streams.ts";
import { createVoice } from "./voice.ts";
import { removeTemporaryFolders } from "../runs/machine/temporary-folder.ts";

/** The world as this process finds it. `background`: others use the command from a step of their own, e.g. a simulator in a CI job. */
export function createWorld(io: Io, { background }: { readonly background: boolean } = { background: false }): World {
  const voice = createVoice(io);
  const table = io.processes;
  const signals = createSignals({
    signals: io.signals,
    owner: table && findOwner(table, io.variables, { runner: !background }),
    staying: table !== undefined && outlivesOthers(table, io.variables),
    warn: voice.warn,
  });
  const found = surroundings(io.variables, io.processors);
  return {
    variables: io.variables,
    ...found,
    clock: { ...found.clock, waits: io.waits ?? found.clock.waits },
    children: io.children ?? found.children,
    folder: io.folder,
    voice,
    busPace: io.busPace,
    listenForStops: (actions) => signals.listenForStops(actions),
    // Where no progress is drawn, nobody is told of keys, and none are taken.
    listenForKeys: (onKey) => listenForKeys(io.stderr.isTTY === true ? io.keys?.() : undefined, onKey),
    leave(code) {
      removeTemporaryFolders();
      io.exit(code);
    },
  };
}
