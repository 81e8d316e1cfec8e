import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { RunFacts } from "../../model/run-facts.ts";

export function machineFacts(): RunFacts["machine"] {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
  };
}
