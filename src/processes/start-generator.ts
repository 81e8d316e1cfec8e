import process from "node:process";
import { childEnvironment } from "../workers/child-environment.ts";
import { spawnGenerator, type SpawnGenerator } from "../workers/generator-handle.ts";
import { ENGINE_VARIABLES, engineOptions } from "./engine-options.ts";
import { processEntry } from "./process-entry.ts";

/** Starts generators in processes of their own. `variables`: of this process; `entry`: the module that they run. */
export function generatorStarter(
  variables: Readonly<Record<string, string | undefined>>,
  entry: URL = processEntry("generator-process"),
): SpawnGenerator {
  // What its user has set goes before.
  const env = { ...ENGINE_VARIABLES, ...childEnvironment(variables) };
  return (spawning) => {
    const nodeOptions = engineOptions(process.versions.node, spawning.init.plan);
    return spawnGenerator({ entry, env, nodeOptions }, spawning);
  };
}
