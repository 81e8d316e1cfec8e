import { homedir } from "node:os";
import process from "node:process";
import { readMemory } from "../processes/memory.ts";
import { findOwner, outlivesOthers } from "../processes/owner.ts";
import { monotonic } from "../processes/monotonic.ts";
import { processEntry } from "../processes/process-entry.ts";
import { startEmbeddedSimulator } from "../processes/start-simulator.ts";
import type { World } from "../runs/world.ts";
import { createSignals } from "./signals.ts";
import type { Io } from "./streams.ts";
import { createVoice } from "./voice.ts";

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
  return {
    variables: io.variables,
    home: homedir(),
    folder: io.folder,
    clock: { monotonic, wall: () => Date.now() },
    voice,
    children: {
      generator: processEntry("generator-process"),
      startSimulator: startEmbeddedSimulator,
      signal(pid, signal) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended: whoever needs it hears so in another way.
        }
      },
    },
    busPace: io.busPace,
    machine: { node: process.version, memory: readMemory },
    listenForStops: (actions) => signals.listenForStops(actions),
    leave: io.exit,
  };
}
