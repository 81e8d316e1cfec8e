import process from "node:process";
import type { TerminalStream } from "../live/terminal-view.ts";
import { isInForeground } from "../processes/foreground.ts";
import type { KeySource } from "./keys.ts";
import { programName } from "./program-name.ts";
import { createProcessTable, type ProcessTable } from "../processes/process-table.ts";
import type { surroundings } from "../processes/surroundings.ts";
import type { World } from "../runs/world.ts";

/** Where the program writes to, and what it is told by its surroundings; a test gives others. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Undefined: nobody can be asked. */
  readonly stdin: InputStream | undefined;
  readonly variables: Record<string, string | undefined>;
  /** Where relative paths begin. */
  readonly folder: string;
  /** What its user types to start the program; undefined: its name. */
  readonly program?: string;
  /** Emits the names of signals. */
  readonly signals: Pick<NodeJS.EventEmitter, "on" | "off">;
  /** The processes around this one; undefined: the program belongs to nobody. */
  readonly processes: ProcessTable | undefined;
  /** Where a test has no time for the usual one. */
  readonly busPace?: World["busPace"];
  /** By what is waited where nothing is measured; undefined: by this process's timers. */
  readonly waits?: World["clock"]["waits"];
  /** What the program starts; undefined: processes of their own. */
  readonly children?: World["children"] | undefined;
  /** What this machine's processors did; undefined: as the system has it. */
  readonly processors?: Parameters<typeof surroundings>[1];
  /** Undefined: no keys are listened for. */
  readonly keys?: (() => KeySource) | undefined;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

export interface OutputStream extends TerminalStream {
  /** Undefined: a file or a pipe. */
  readonly isTTY?: boolean;
}

/** Those of this process. */
export function ownIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const folder = process.cwd();
  return {
    stdout,
    stderr,
    stdin,
    variables: env,
    folder,
    program: programName({ script: process.argv[1], variables: env, folder }),
    signals: process,
    processes: createProcessTable(),
    keys: ownKeys,
    exit: (code) => process.exit(code),
  };
}

function ownKeys(): KeySource {
  return {
    input: process.stdin,
    isInForeground,
    send: (signal, to) => void process.kill(to === "self" ? process.pid : 0, signal),
    onContinue(goOn) {
      process.on("SIGCONT", goOn);
      return { [Symbol.dispose]: () => void process.off("SIGCONT", goOn) };
    },
  };
}

/**
 * A reader that goes away (`rollcall … | head`) ends the printing, never the run: what it would have read is in the run's
 * folder. EIO is that of a terminal that was closed.
 */
export function tolerateClosedPipes({ stdout, stderr }: Io): void {
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}
