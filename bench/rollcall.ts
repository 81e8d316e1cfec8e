import { join } from "node:path";
import { type ProgramUse, runProgram } from "./run-program.ts";
import type { Target } from "./target.ts";

/** What each row is given. */
export interface Conditions {
  readonly target: Target;
  /** Folder for run folders, which nobody keeps. */
  readonly results: string;
  readonly devices: number | undefined;
  readonly concurrency: number;
  readonly repeat: number | undefined;
  say(text: string): void;
}

const ROOT = join(import.meta.dirname, "..");

/** The whole program with one generator: provision `devices`, then call the roll, both at the same concurrency. */
export function runRollcall(conditions: Conditions, devices: number): Promise<ProgramUse> {
  const { target, results, concurrency } = conditions;
  const overrides = [
    `fleet.count=${devices}`,
    `load.concurrency=${concurrency}`,
    `rollCall.concurrency=${concurrency}`,
    `target.port=${target.port}`,
    "generators=1",
  ];
  const args = [
    join(ROOT, "src/cli/main.ts"),
    "run",
    join(import.meta.dirname, "bench.yaml"),
    "--quiet",
    "--out",
    results,
    ...overrides.flatMap((override) => ["--set", override]),
  ];
  return runProgram(args, { BENCH_KEY: target.key, BENCH_SECRET: target.secret });
}

export function runMinimalClient(conditions: Conditions, devices: number): Promise<ProgramUse> {
  const { target, concurrency } = conditions;
  const script = join(import.meta.dirname, "minimal-client.ts");
  return runProgram([script, String(target.port), String(devices), String(concurrency), target.key, target.secret]);
}
