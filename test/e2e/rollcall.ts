import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, type ExitCode } from "../../src/model/error.ts";
import type { Summary } from "../../src/model/summary.ts";
import { builtCommand } from "../support/built.ts";
import { rollcallInProcess } from "../support/in-process.ts";

export { temporaryFolder } from "../support/temporary-folder.ts";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Standard output up to now. */
  readonly output: () => string;
  /** Resolves when standard output or error has shown `text`; rejects if the program ends without it. */
  readonly shows: (text: string) => Promise<void>;
}

/** Variables beside those of the tests. */
type Environment = Readonly<Record<string, string>>;

/** The program as a user starts it, in a process of its own: as it is published. */
export function rollcall(...args: readonly string[]): Running {
  return rollcallWith({}, ...args);
}

export function rollcallWith(more: Environment, ...args: readonly string[]): Running {
  const env = { ...process.env, ...more };
  const child = spawn(process.execPath, [builtCommand(), ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  const heard = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    heard();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    finished,
    output: () => stdout,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text) && !stderr.includes(text)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        void finished.then((end) => reject(new Error(`"${text}" was never shown:\n${end.stdout}\n${end.stderr}`)));
        look();
      }),
  };
}

/** The program in this process, its generators and its simulator as well, for what is about messages, options, files and figures. */
export function rollcallHere(...args: readonly string[]): Pick<Running, "finished"> {
  return { finished: rollcallInProcess(args) };
}

/** The folder of the only run in `results`. */
export async function onlyRun(results: string): Promise<string> {
  const names = await readdir(results);
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`Not one run: ${names.join(", ")}`);
  return join(results, name);
}

export async function readSummary(run: string): Promise<Summary> {
  return JSON.parse(await readFile(join(run, "summary.json"), "utf8")) as Summary;
}

/** Resolves when `condition` holds; the test's time-out is its end. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * A machine that is busy with other work may make the generators unfit to measure, which goes before every other code:
 * then the run must say so, and only then.
 */
export function codeUnlessUnfit({ validity }: Summary, code: ExitCode): ExitCode {
  return validity.grade === "void" ? EXIT.unhealthy : code;
}
