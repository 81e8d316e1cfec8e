import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import type { ExitCode } from "../../src/model/error.ts";
import type { KeySource } from "../../src/cli/keys.ts";
import { run } from "../../src/cli/program.ts";
import type { ProcessorTimes } from "../../src/record/health-probe.ts";
import type { BusPace } from "../../src/workers/bus/pace.ts";
import type { Waits } from "../../src/operations/at-rest.ts";
import { builtChildren } from "./built.ts";
import { childrenHere } from "./children-here.ts";
import { hurriedWaits } from "./hurried-waits.ts";

export interface Said {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  /** Beside those of the test itself. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Where paths are shown from. */
  readonly folder?: string;
  /** Emits the names of signals. */
  readonly signals?: EventEmitter;
  readonly waits?: Waits;
  readonly busPace?: BusPace;
  /** What this machine's processors did; undefined: nobody knows. */
  readonly processors?: () => ProcessorTimes | undefined;
  /** Generators and simulator are processes, for what is about the health of one; else they are here too. */
  readonly processes?: boolean;
  /** A terminal that keys come from; standard error is one then, too. */
  readonly keys?: KeySource;
}

/** The program while it runs in the test's own process. */
export interface RunningHere {
  readonly finished: Promise<Said>;
  /** As the process that it is not would get it. */
  signal(name: NodeJS.Signals): void;
  /** Standard output up to now. */
  output(): string;
  /** Resolves when standard output or error has shown `text`; rejects if the program ends without it. */
  shows(text: string): Promise<void>;
}

/** The whole program inside the test's own process: what is about messages, options and files needs no other. */
export async function rollcallInProcess(args: readonly string[], surroundings: Surroundings = {}): Promise<Said> {
  return startInProcess(args, surroundings).finished;
}

export function startInProcess(args: readonly string[], surroundings: Surroundings = {}): RunningHere {
  const watchers = new Set<() => void>();
  const heard = (): void => {
    for (const watcher of watchers) watcher();
  };
  const stdout = keeping(heard);
  const stderr = keeping(heard);
  const { keys } = surroundings;
  if (keys !== undefined) Object.assign(stderr.stream, { isTTY: true, columns: 120, rows: 40 });
  const signals = surroundings.signals ?? new EventEmitter();
  const variables = { ...process.env, ...surroundings.variables };
  const ended = run(args, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: undefined,
    ...(keys === undefined ? {} : { keys: () => keys }),
    variables,
    folder: surroundings.folder ?? process.cwd(),
    signals,
    processes: undefined,
    children: surroundings.processes === true ? builtChildren(variables) : childrenHere(variables),
    busPace: surroundings.busPace,
    waits: surroundings.waits ?? hurriedWaits(),
    // How busy the machine of the tests is, is no business of theirs.
    processors: surroundings.processors ?? (() => undefined),
    exit: (left) => {
      throw new Error(`left at once with ${left}`);
    },
  });
  const finished = ended.then((code): Said => ({ code, stdout: stdout.text(), stderr: stderr.text() }));
  return {
    finished,
    signal: (name) => void signals.emit(name, name),
    output: () => stdout.text(),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.text().includes(text) && !stderr.text().includes(text)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        void finished.then((end) => reject(new Error(`"${text}" was never shown:\n${end.stdout}\n${end.stderr}`)));
        look();
      }),
  };
}

function keeping(heard: () => void): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      chunks.push(String(chunk));
      done();
      heard();
    },
  });
  return { stream, text: () => chunks.join("") };
}
