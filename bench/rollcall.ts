import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programBuild } from "../scripts/program-build.ts";
import type { Summary } from "../src/model/summary.ts";
import { type Meanwhile, type ProgramUse, runProgram } from "./run-program.ts";
import type { Target } from "./target.ts";
import type { Wire } from "./wires.ts";

/** Devices in flight at once, unless a row needs more. */
export const IN_FLIGHT = 50;

/** What each row is given. */
export interface Conditions {
  readonly target: Target;
  readonly devices: number | undefined;
  /** Devices in flight at once; undefined: as each row has it. */
  readonly concurrency: number | undefined;
  readonly repeat: number | undefined;
  /** How much larger the larger of two fleets is; undefined: as the row has it. */
  readonly times: number | undefined;
  readonly say: (text: string) => void;
}

/** The command as it is published: whoever compares rollcall with something else compares what he would install. */
export const PROGRAM = join(await programBuild(), "bin/rollcall.mjs");

/**
 * The whole program with one generator: provision `devices`, then call the roll, both at the same concurrency. Rejects
 * unless every device was provisioned and logged in. The target answers without service time, so that the generator is the
 * bottleneck, which a run ends with 5 for: here that is the purpose.
 */
export function runRollcall(conditions: Conditions, wire: Wire, devices: number): Promise<ProgramUse> {
  return withResults((results) => runInto(results, conditions, wire, devices));
}

/** With a folder for results that is gone afterwards. */
export async function withResults<T>(use: (results: string) => Promise<T>): Promise<T> {
  const results = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  try {
    return await use(results);
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** The same, with its folder left in `results`. `load`: another than that; `options`: further ones. */
export async function runInto(
  results: string,
  { target, concurrency = IN_FLIGHT }: Conditions,
  wire: Wire,
  devices: number,
  {
    load = `load.closed.concurrency=${concurrency}`,
    options = [],
    meanwhile,
  }: { readonly load?: string; readonly options?: readonly string[]; readonly meanwhile?: Meanwhile | undefined } = {},
): Promise<ProgramUse> {
  const overrides = [
    `fleet.count=${devices}`,
    load,
    `rollCall.concurrency=${concurrency}`,
    `target.port=${wire.port(target)}`,
    ...wire.overrides(target),
    "generators=1",
  ];
  const args = [
    PROGRAM,
    "run",
    join(import.meta.dirname, "bench.yaml"),
    "--quiet",
    "--out",
    results,
    ...options,
    ...overrides.flatMap((override) => ["--set", override]),
  ];
  const use = await runProgram(args, { BENCH_KEY: target.key, BENCH_SECRET: target.secret }, [0, 5], meanwhile);
  const { connected } = (await summaryIn(results)).ledger;
  if (connected !== devices) throw new Error(`${connected} of ${devices} devices connected`);
  return use;
}

/** Of the only run in the folder. */
export async function summaryIn(results: string): Promise<Summary> {
  const [run = ""] = await readdir(results);
  return JSON.parse(await readFile(join(results, run, "summary.json"), "utf8")) as Summary;
}

export function runMinimalScript(conditions: Conditions, wire: Wire, devices: number): Promise<ProgramUse> {
  const { target, concurrency = IN_FLIGHT } = conditions;
  const script = join(import.meta.dirname, wire.script);
  const common = [wire.port(target), devices, concurrency].map(String);
  return runProgram([script, ...common, target.key, target.secret, ...wire.flags(target)]);
}
