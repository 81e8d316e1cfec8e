import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { testFolder } from "./temporary-folder.ts";

/** The programs to test with: Debian's, and another one, e.g. the newest, by ROLLCALL_NATS_SERVER. */
const CANDIDATES = ["nats-server", "/usr/sbin/nats-server", process.env["ROLLCALL_NATS_SERVER"] ?? ""];

export interface NatsProgram {
  readonly path: string;
  readonly version: string;
}

/** Those that are here, each version once. */
export const natsPrograms: readonly NatsProgram[] = findPrograms();

function findPrograms(): readonly NatsProgram[] {
  const found = new Map<string, NatsProgram>();
  for (const path of CANDIDATES) {
    if (path === "") continue;
    const { stdout, status } = spawnSync(path, ["--version"], { encoding: "utf8" });
    const version = /v(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1];
    if (status === 0 && version !== undefined && !found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()];
}

export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Folder of all that it keeps. */
  readonly store: string;
  /** SIGKILL; what it had on disk stays. */
  kill(): Promise<void>;
  /** On the same port with the same disk. */
  restart(): Promise<void>;
}

/** With JetStream, on a free port of 127.0.0.1. */
export async function startNats(
  program: NatsProgram,
  args: readonly string[] = [],
  address = "127.0.0.1",
): Promise<NatsServer> {
  const store = testFolder();
  const port = await freePort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(program.path, ["-js", "-sd", store, "-a", address, "-p", String(port), ...args], { stdio: "ignore" });
    await listening(port, address);
  };
  const kill = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await gone;
    }
  };
  await start();
  return {
    url: `nats://${address}:${port}`,
    port,
    store,
    kill,
    restart: start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(store, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function listening(port: number, host: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host });
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => socket.destroy());
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nats-server does not listen on port ${port}`);
}
