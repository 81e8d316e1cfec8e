import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { sealSecrets } from "../model/secret.ts";
import type { Failure, GeneratorInit, GeneratorMessage, ParentMessage } from "./protocol.ts";

export type GeneratorEnd =
  | { readonly index: number; readonly state: "complete" | "interrupted" }
  /** It said itself what was wrong. */
  | { readonly index: number; readonly state: "failed"; readonly failure: Failure }
  /** It died without a word. */
  | { readonly index: number; readonly state: "lost"; readonly how: string };

/** One generator's process as its parent sees it. */
export interface GeneratorHandle {
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its last message was read. Never rejects. */
  readonly ended: Promise<GeneratorEnd>;
  /** Into the void if it is gone. */
  send(message: ParentMessage): void;
  kill(): void;
}

interface HandleOptions {
  readonly index: number;
  readonly entry: URL;
  readonly execArgv: readonly string[];
  readonly init: GeneratorInit;
  onMessage(message: GeneratorMessage): void;
  /** A line of its standard error. */
  onErrorOutput(line: string): void;
}

export function spawnGenerator(options: HandleOptions): GeneratorHandle {
  const child = fork(options.entry, {
    execArgv: [...options.execArgv],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A session of its own: a terminal sends Ctrl-C to its whole group, and only the parent shall decide what it means.
    detached: true,
  });
  let said: GeneratorEnd | undefined;
  let spawnError: Error | undefined;

  child.on("message", (message: GeneratorMessage) => {
    if (message.kind === "done") said = { index: options.index, state: message.state };
    if (message.kind === "failed") said = { index: options.index, state: "failed", failure: message.failure };
    options.onMessage(message);
  });
  if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", (line) => options.onErrorOutput(line));

  // "exit" may come before the last messages are read, and not at all if the process could not be started.
  const disconnected = new Promise<void>((resolve) => child.once("disconnect", resolve));
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.on("error", (error) => {
      spawnError = error;
      if (child.pid === undefined) resolve(`could not be started: ${error.message}`);
    });
  });

  const send = (message: ParentMessage): void => {
    // The callback takes the error of a pipe that closed meanwhile: the end of the process tells that story.
    if (child.connected) child.send(message, () => undefined);
  };
  send({ kind: "init", sealed: sealSecrets(options.init) });

  return {
    pid: child.pid,
    ended: exited.then(async (how) => {
      if (child.pid !== undefined) await disconnected;
      return said ?? { index: options.index, state: "lost", how: spawnError?.message ?? how };
    }),
    send,
    kill() {
      child.kill("SIGKILL");
    },
  };
}
