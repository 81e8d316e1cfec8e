import { homedir } from "node:os";
import process from "node:process";
import type { ProcessorTimes } from "../record/health-probe.ts";
import { watchOtherWork } from "../runs/machine/other-work.ts";
import { readProcessorTimes } from "../runs/machine/processor-times.ts";
import { createWaits } from "../runs/reconcile/settling.ts";
import type { World } from "../runs/world.ts";
import { readMemory } from "./memory.ts";
import { monotonic } from "./monotonic.ts";
import { runCommand } from "./run-command.ts";
import { generatorStarter } from "./start-generator.ts";
import { startEmbeddedSimulator } from "./start-simulator.ts";

/** What is the same whoever uses this process: a person at the command line, or a script by the library. `processors`: of this machine; undefined: as the system has them. */
export function surroundings(
  variables: World["variables"],
  processors?: () => ProcessorTimes | undefined,
): Pick<World, "home" | "clock" | "children" | "machine"> {
  return {
    home: homedir(),
    clock: { monotonic, wall: () => Date.now(), waits: createWaits(monotonic) },
    children: {
      spawnGenerator: generatorStarter(variables),
      startSimulator: (options) => startEmbeddedSimulator(options),
      runCommand,
      signal(pid, signal) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended: whoever needs it hears so in another way.
        }
      },
    },
    machine: {
      node: process.version,
      memory: readMemory,
      otherWork: watchOtherWork(processors ?? (() => readProcessorTimes()), ownTime, () =>
        Number(monotonic() / 1_000_000n),
      ),
    },
  };
}

/** Microseconds, of all threads of this process. */
function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The environment and the folder of this process. */
export function ownPlace(): Pick<World, "variables" | "folder"> {
  return { variables: process.env, folder: process.cwd() };
}
