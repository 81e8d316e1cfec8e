import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cpuSecondsOf } from "./process-tree.ts";

/** The simulator that both sides of a comparison ask. */
export interface Target {
  readonly port: number;
  readonly key: string;
  readonly secret: string;
  cpuSeconds(): number;
  close(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  const child = fork(join(import.meta.dirname, "simulator-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [ready] = (await once(child, "message")) as [
    { readonly port: number; readonly key: string; readonly secret: string },
  ];
  const pid = child.pid ?? 0;
  return {
    ...ready,
    cpuSeconds: () => cpuSecondsOf(pid) ?? 0,
    close: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
