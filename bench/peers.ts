import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Conditions, IN_FLIGHT } from "./rollcall.ts";
import { type ProgramUse, runCommand } from "./run-program.ts";

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, "peers");

/** A program that does the same job in another language; undefined: what builds it is not here. */
export interface Peers extends AsyncDisposable {
  /** An ad hoc client on Eclipse Paho, in Go. */
  readonly go: string | undefined;
  /** The least that the kernel asks for, in C on epoll. */
  readonly floor: string | undefined;
}

/** Builds both, and says loudly which cannot be built. */
export async function buildPeers(say: (text: string) => void): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-peers-"));
  const build = async (path: string, command: string, args: readonly string[], cwd: string) => {
    try {
      await run(command, [...args], { cwd });
      return path;
    } catch (error) {
      say(`SKIPPED what needs ${command}: ${String(error).split("\n", 1).join("")}`);
      return undefined;
    }
  };
  const [go, floor] = [join(folder, "paho"), join(folder, "floor")];
  return {
    go: await build(go, "go", ["build", "-o", go, "."], join(SOURCES, "go")),
    floor: await build(floor, "cc", ["-O2", "-o", floor, "floor.c"], SOURCES),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export function runPeer(
  path: string,
  { target, concurrency = IN_FLIGHT }: Conditions,
  devices: number,
): Promise<ProgramUse> {
  return runCommand(path, [...[target.port, devices, concurrency].map(String), target.key, target.secret]);
}
