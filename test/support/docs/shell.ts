import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { Writable } from "node:stream";
import { run } from "../../../src/cli/program.ts";
import { builtChildren } from "../built.ts";
import { childrenHere } from "../children-here.ts";
import { hurriedWaits } from "../hurried-waits.ts";

export interface Ran {
  readonly code: number;
  /** Standard output and error, as a terminal shows them. */
  readonly output: string;
}

/** bash, in which `npx rollcall` and `npm start` are the program inside the test's own process. */
export interface Shell extends AsyncDisposable {
  /** Variables that a block exports are there in the next one. */
  run(block: string): Promise<Ran>;
  /** Resolves when the block has shown `text`; what it starts goes on until the shell is disposed of. */
  start(block: string, text: string): Promise<Ran>;
}

/** Tells the test who it is, and ends as the program there ends: arguments, environment, folder and output are read in /proc. */
const STAND_IN = `#!/bin/bash
# bash lends its standard output to the echo below for a moment: these are there all the time.
exec 8>&1 7>&2 9<>"/dev/tcp/127.0.0.1/$DOCS_PORT"
echo $$ >&9
read -r code <&9
exit "$code"
`;

const PACKAGE = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

interface ShellOptions {
  /** Found exported by its blocks. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Generators and simulators are processes, as for a reader; else they are in the test's own process too. */
  readonly processes?: boolean;
}

/** `folder`: where blocks are run. */
export async function openShell(
  folder: string,
  { variables = {}, processes = false }: ShellOptions = {},
): Promise<Shell> {
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  for (const name of ["npx", "npm", "rollcall"]) {
    writeFileSync(join(bin, name), STAND_IN);
    chmodSync(join(bin, name), 0o755);
  }
  const state = join(folder, ".exported");
  writeFileSync(state, "");
  const signals = new EventEmitter();
  const programs = new Set<Promise<number>>();
  const server = createServer((socket) => void answer(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  let blocks = 0;

  return { run: (block) => shown(begin(block)), start, [Symbol.asyncDispose]: close };

  function begin(block: string) {
    const path = join(folder, `.output-${++blocks}`);
    const output = openSync(path, "a");
    const script = `set -o pipefail\n. "${state}"\n${block}\ncode=$?\nexport -p > "${state}"\nexit $code`;
    const env = { PATH: `${bin}:${process.env["PATH"]}`, HOME: folder, DOCS_PORT: `${port}`, ...variables };
    const child = spawn("bash", ["-c", script], { cwd: folder, env, stdio: ["ignore", output, output] });
    closeSync(output);
    const ended = new Promise<number>((resolve) => void child.once("exit", (code) => resolve(code ?? 1)));
    return { path, ended };
  }

  async function shown({ path, ended }: ReturnType<typeof begin>): Promise<Ran> {
    return { code: await ended, output: readFileSync(path, "utf8") };
  }

  async function start(block: string, text: string): Promise<Ran> {
    const begun = begin(block);
    const output = (): string => readFileSync(begun.path, "utf8");
    const over = new AbortController();
    const ended = begun.ended.then((code) => {
      over.abort();
      return { code, output: output() };
    });
    const shown = (async () => {
      while (!over.signal.aborted && !output().includes(text)) await new Promise((resolve) => setTimeout(resolve, 10));
      return { code: 0, output: output() };
    })();
    return Promise.race([ended, shown]);
  }

  async function answer(socket: Socket): Promise<void> {
    socket.on("error", () => undefined);
    const program = once(socket, "data").then(([first]) => begun(Number(String(first))));
    programs.add(program);
    // What is wrong with the stand-in itself is a code that no page expects, and is seen in the output of the page's test.
    const code = await program.catch((error: unknown) => {
      console.error(error);
      return 126;
    });
    programs.delete(program);
    socket.end(`${code}\n`);
  }

  async function begun(pid: number): Promise<number> {
    const place = `/proc/${pid}`;
    const [, command = "", ...words] = readFileSync(`${place}/cmdline`, "utf8").split("\0").slice(0, -1);
    const environment = readFileSync(`${place}/environ`, "utf8").split("\0").slice(0, -1);
    const here = readlinkSync(`${place}/cwd`);
    process.chdir(here);
    const stdout = openSync(`${place}/fd/8`, "a");
    const stderr = openSync(`${place}/fd/7`, "a");
    try {
      const args = command.endsWith("/npm") ? argumentsOf(words) : words[0] === "rollcall" ? words.slice(1) : undefined;
      if (args === undefined && !command.endsWith("/rollcall")) {
        writeSync(stderr, `not a command of a page: ${[command, ...words].join(" ")}\n`);
        return 127;
      }
      const found = Object.fromEntries(environment.map(readVariable));
      return await run(args ?? words, {
        stdout: writing(stdout),
        stderr: writing(stderr),
        stdin: undefined,
        variables: { ...found, ...preloaded() },
        folder: here,
        program: "npx rollcall",
        signals,
        processes: undefined,
        children: processes ? builtChildren({ ...found, ...preloaded() }) : childrenHere(found),
        waits: hurriedWaits(),
        processors: () => undefined,
        exit: (code) => {
          throw new Error(`left at once with ${code}`);
        },
      });
    } finally {
      closeSync(stdout);
      closeSync(stderr);
    }
  }

  async function close(): Promise<void> {
    while (programs.size > 0) {
      signals.emit("SIGINT", "SIGINT");
      await Promise.race([Promise.all(programs), new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    server.close();
  }
}

const readVariable = (text: string): readonly [string, string] => {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
};

/** The program's own processes find the hosts of the pages as the test does. */
function preloaded(): Record<string, string | undefined> {
  const { NODE_OPTIONS, NODE_ROLLCALL_PLACES, NODE_COMPILE_CACHE } = process.env;
  return { NODE_OPTIONS, NODE_ROLLCALL_PLACES, NODE_COMPILE_CACHE };
}

/** What a script of package.json gives the program: all of them begin with the same words. */
function argumentsOf(words: readonly string[]): readonly string[] | undefined {
  const script = PACKAGE.scripts[words[0] ?? ""] ?? "";
  const start = "exec node bin/rollcall.mjs ";
  return script.startsWith(start) ? script.slice(start.length).split(" ") : undefined;
}

/** In order with all that is written there, by whom ever. */
function writing(descriptor: number): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      try {
        writeSync(descriptor, String(chunk));
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}
