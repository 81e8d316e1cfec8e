import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpuSecondsOfEnded, type ProcessUse, watchTree } from "./process-tree.ts";

export interface ProgramUse {
  /** Of the program and all its children, from start to end. */
  readonly cpuSeconds: number;
  /** Sum of the high-water marks of all its processes. */
  readonly peakBytes: number;
  readonly seconds: number;
  /** By process, the program itself first; the last twentieth of a second may be missing. */
  readonly processes: readonly ProcessUse[];
}

/**
 * Runs `node <args>` to its end. Rejects with its output if it ends with a code that is not among `expected`.
 * One at a time: CPU time is the difference of a sum.
 */
export function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  expected: readonly number[] = [0],
  meanwhile?: Meanwhile,
): Promise<ProgramUse> {
  return runCommand(process.execPath, args, env, expected, meanwhile);
}

/** Is begun with the program, and waited for. `ended` aborts when the program has ended. */
export type Meanwhile = (pid: number, ended: AbortSignal) => Promise<void>;

/** The same of any program. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  expected: readonly number[] = [0],
  meanwhile?: Meanwhile,
): Promise<ProgramUse> {
  const cpuBefore = cpuSecondsOfEnded();
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  const tree = watchTree(child.pid ?? 0);
  const ended = new AbortController();
  const watched = meanwhile?.(child.pid ?? 0, ended.signal);
  // Why the program ended too early says more.
  watched?.catch(() => undefined);
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = (await once(child, "close")) as [number | null];
  tree.stop();
  ended.abort();
  if (code === null || !expected.includes(code))
    throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
  await watched;
  const processes = [...tree.uses.values()];
  return {
    cpuSeconds: cpuSecondsOfEnded() - cpuBefore,
    peakBytes: processes.reduce((sum, use) => sum + use.peakBytes, 0),
    seconds: (performance.now() - startedAt) / 1_000,
    processes,
  };
}
