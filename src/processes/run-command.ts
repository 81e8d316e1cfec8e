import { spawn } from "node:child_process";
import process from "node:process";
import type { CommandEnd, CommandSetting } from "../runs/world.ts";

/** Of what a command prints so much is kept, in characters. */
const MOST_OUTPUT = 2_000;
/** One that does not end when it is asked to is killed. */
const GRACE_MS = 5_000;

/** A command for the shell, in a group of its own, so that whatever it starts is ended with it. Never rejects. */
export function runCommand({ command, env, timeoutMs }: CommandSetting, stop: AbortSignal): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", command], {
      env: { ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let why: string | undefined;
    let killing: NodeJS.Timeout | undefined;
    const keep = (chunk: string): void => {
      if (output.length < MOST_OUTPUT) output = (output + chunk).slice(0, MOST_OUTPUT);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", keep);
    const signal = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // All of it has ended.
      }
    };
    const end = (reason: string): void => {
      if (why !== undefined) return;
      why = reason;
      signal("SIGTERM");
      killing = setTimeout(() => signal("SIGKILL"), GRACE_MS);
    };
    const timeout = setTimeout(() => end("ended because it took too long"), timeoutMs);
    const onStop = (): void => end("ended with the run");
    if (stop.aborted) onStop();
    else stop.addEventListener("abort", onStop, { once: true });
    const settle = (how: string, succeeded: boolean): void => {
      clearTimeout(timeout);
      clearTimeout(killing);
      stop.removeEventListener("abort", onStop);
      // What it has left behind in its group is nobody's.
      if (why !== undefined) signal("SIGKILL");
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve({ how: why ?? how, succeeded: succeeded && why === undefined, output: output.trim() });
    };
    child.once("error", (error) => settle(`not started: ${error.message}`, false));
    child.once("exit", (code, by) => settle(code === null ? `ended by ${by}` : `exit code ${code}`, code === 0));
  });
}
