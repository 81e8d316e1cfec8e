import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { sealSecrets } from "../model/secret.ts";
import type { Channel } from "./channel.ts";
import { openChildChannel } from "./child-channel.ts";
import type { Failure, GeneratorInit, GeneratorMessage, ParentMessage } from "./protocol.ts";

export type GeneratorEnd =
  | { readonly index: number; readonly state: "complete" | "interrupted" }
  /** It said itself what was wrong. */
  | { readonly index: number; readonly state: "failed"; readonly failure: Failure }
  /** It died without a word. */
  | { readonly index: number; readonly state: "lost"; readonly how: string };

/** One generator as those who run it see it, wherever it is. */
export interface GeneratorHandle {
  readonly pid: number | undefined;
  /** Resolves when the generator is gone and its last message was read. Never rejects. */
  readonly ended: Promise<GeneratorEnd>;
  /** Into the void if it is gone. */
  send(message: ParentMessage): void;
  kill(): void;
}

/** What a generator is started with, whatever it is. */
interface Spawning {
  readonly index: number;
  readonly init: GeneratorInit;
  onMessage(message: GeneratorMessage): void;
  /** A line of its standard error. */
  onErrorOutput(line: string): void;
}

export type SpawnGenerator = (options: Spawning) => GeneratorHandle;

/** The process that a generator gets on this machine. */
interface GeneratorProcess {
  /** The module that it runs; it talks through `connectToParent`. */
  readonly entry: URL;
  /** All of its environment: see childEnvironment. */
  readonly env: Readonly<Record<string, string>>;
  /** What its Node is started with. */
  readonly nodeOptions: readonly string[];
}

/** One in a process of its own on this machine. */
export function spawnGenerator({ entry, env, nodeOptions }: GeneratorProcess, options: Spawning): GeneratorHandle {
  const child = fork(entry, {
    execArgv: [...nodeOptions],
    env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A session of its own: a terminal sends Ctrl-C to its whole group, and only the parent shall decide what it means.
    detached: true,
  });
  const channel = openChildChannel<ParentMessage, GeneratorMessage>(child);
  if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", (line) => options.onErrorOutput(line));
  return handleOver(channel, options, { pid: child.pid, kill: () => void child.kill("SIGKILL") });
}

/** Whoever is at the other end of the channel is told what to generate. */
export function handleOver(
  channel: Channel<ParentMessage, GeneratorMessage>,
  spawning: Spawning,
  own: Pick<GeneratorHandle, "pid" | "kill">,
): GeneratorHandle {
  const { index, init } = spawning;
  let said: GeneratorEnd | undefined;
  channel.hear((message) => {
    said ??= endSaidBy(index, message);
    spawning.onMessage(message);
  });
  channel.say({ kind: "init", sealed: sealSecrets(init) });
  return {
    ...own,
    ended: channel.gone.then((how) => said ?? { index, state: "lost", how }),
    send: (message) => channel.say(message),
  };
}

/** What its last word says of how it ended; undefined: not its last word. */
export function endSaidBy(index: number, message: GeneratorMessage): GeneratorEnd | undefined {
  switch (message.kind) {
    case "done":
      return { index, state: message.state };
    case "failed":
      return { index, state: "failed", failure: message.failure };
    case "ready":
    case "arrived":
    case "snapshot":
    case "note":
      return undefined;
  }
}
