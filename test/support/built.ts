import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inject } from "vitest";
import { generatorStarter } from "../../src/processes/start-generator.ts";
import { startEmbeddedSimulator } from "../../src/processes/start-simulator.ts";
import { surroundings } from "../../src/processes/surroundings.ts";
import type { EmbeddedSimulator } from "../../src/runs/simulation/embedded-simulator.ts";
import type { World } from "../../src/runs/world.ts";
import type { SimulatorOptions } from "../../src/simulator/options.ts";

/** The command as it is published. */
export const builtCommand = (): string => join(builtProgram(), "bin/rollcall.mjs");

/** The published simulator in a process of its own. */
export function startBuiltSimulator(options: SimulatorOptions): Promise<EmbeddedSimulator> {
  return startEmbeddedSimulator(options, entryOf("simulator-process"));
}

/** What the program starts where it is in the test's own process itself, and its children are processes: those that are published. */
export function builtChildren(variables: World["variables"]): World["children"] {
  return {
    ...surroundings(variables).children,
    spawnGenerator: generatorStarter(variables, entryOf("generator-process")),
    startSimulator: startBuiltSimulator,
  };
}

function entryOf(name: "generator-process" | "simulator-process"): URL {
  return pathToFileURL(join(builtProgram(), `dist/processes/${name}.js`));
}

function builtProgram(): string {
  const folder = inject("program");
  if (folder === undefined) throw new Error("This layer of tests has no program that was built: see vitest.config.ts.");
  return folder;
}
