import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSecondsOf } from "./process-tree.ts";

/** What the simulator's process says when it listens. */
interface Listening {
  /** MQTT over TCP. */
  readonly port: number;
  /** MQTT over TLS. */
  readonly tlsPort: number;
  readonly httpPort: number;
  readonly key: string;
  readonly secret: string;
}

/** The simulator that both sides of a comparison ask. */
export interface Target extends Listening {
  /** PEM file of the authority of its certificate. */
  readonly authorityFile: string;
  cpuSeconds(): number;
  close(): Promise<void>;
}

/** `serviceMs`: how long it takes to create a device; 0: no time. */
export async function startTarget(serviceMs = 0): Promise<Target> {
  const child = fork(join(import.meta.dirname, "simulator-process.ts"), [String(serviceMs)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ authority, ...listening }] = (await once(child, "message")) as [Listening & { readonly authority: string }];
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const authorityFile = join(folder, "authority.pem");
  await writeFile(authorityFile, authority);
  const pid = child.pid ?? 0;
  return {
    ...listening,
    authorityFile,
    cpuSeconds: () => cpuSecondsOf(pid) ?? 0,
    close: async () => {
      child.disconnect();
      await once(child, "exit");
      await rm(folder, { recursive: true });
    },
  };
}
