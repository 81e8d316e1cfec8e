import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface BenchBus extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

const PORT = 14_222;

/** A NATS server of its own, from the path. Rejects if there is none. */
export async function startBenchBus(): Promise<BenchBus> {
  const store = await mkdtemp(join(tmpdir(), "rollcall-bench-nats-"));
  const program = process.env["ROLLCALL_NATS_SERVER"] ?? "nats-server";
  const child = spawn(program, ["-js", "-sd", store, "-a", "127.0.0.1", "-p", String(PORT)], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await Promise.race([listening(), failed]);
  return {
    url: `nats://127.0.0.1:${PORT}`,
    pid: child.pid ?? 0,
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
