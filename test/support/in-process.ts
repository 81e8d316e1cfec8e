import { EventEmitter } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { ExitCode } from "../../src/model/error.ts";
import { run } from "../../src/cli/program.ts";

// As the program does for the processes that it starts: compiling them again and again would be most of a test.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "rollcall-compile-cache");

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
}

/** The whole program inside the test's own process: what is about messages, options and files needs no other. */
export async function rollcallInProcess(args: readonly string[], surroundings: Surroundings = {}): Promise<Said> {
  const stdout = keeping();
  const stderr = keeping();
  const code = await run(args, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: undefined,
    variables: { ...process.env, ...surroundings.variables },
    folder: surroundings.folder ?? process.cwd(),
    signals: surroundings.signals ?? new EventEmitter(),
    processes: undefined,
    exit: (left) => {
      throw new Error(`left at once with ${left}`);
    },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function keeping(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
