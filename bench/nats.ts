import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface BenchBus extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Bytes to the client whose name begins so, and from it, also after it has left. */
  bytesOf(name: string): Promise<number>;
}

const PORT = 14_222;
const MONITOR_PORT = 18_222;

interface Connections {
  readonly connections: readonly { readonly name?: string; readonly in_bytes: number; readonly out_bytes: number }[];
}

/** A NATS server of its own, from the path. Rejects if there is none. */
export async function startBenchBus(): Promise<BenchBus> {
  const store = await mkdtemp(join(tmpdir(), "rollcall-bench-nats-"));
  const program = process.env["ROLLCALL_NATS_SERVER"] ?? "nats-server";
  const args = ["-js", "-sd", store, "-a", "127.0.0.1", "-p", String(PORT), "-m", String(MONITOR_PORT)];
  const child = spawn(program, args, { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await Promise.race([listening(), failed]);
  return {
    url: `nats://127.0.0.1:${PORT}`,
    pid: child.pid ?? 0,
    async bytesOf(name) {
      const answer = await fetch(`http://127.0.0.1:${MONITOR_PORT}/connz?state=all&limit=10000`);
      const { connections } = (await answer.json()) as Connections;
      const own = connections.filter((each) => each.name?.startsWith(name));
      return own.reduce((sum, { in_bytes: given, out_bytes: taken }) => sum + given + taken, 0);
    },
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(store, { recursive: true });
    },
  };
}

async function listening(): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port: PORT, host: "127.0.0.1" });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
}

export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
