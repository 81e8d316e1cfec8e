import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Fault } from "../src/simulator/core/faults.ts";
import type { Ports } from "./loads.ts";

/** The simulator of the soak, as its parent sees it. */
export interface Server {
  readonly pid: number;
  readonly ports: Ports;
  strike(faults: readonly Fault[]): void;
  /** Device sessions that are connected, as last told. */
  sessions(): number;
  close(): Promise<void>;
}

type Told = ({ readonly kind: "listening" } & Ports) | { readonly kind: "sessions"; readonly count: number };

/** `held`: devices made first of all, which the server does not forget. */
export async function startServer(held: number): Promise<Server> {
  const child = fork(join(import.meta.dirname, "simulator-process.ts"), [String(held)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let sessions = 0;
  const listening = Promise.withResolvers<Ports>();
  child.on("message", (told: Told) => {
    if (told.kind === "listening") listening.resolve(told);
    else sessions = told.count;
  });
  return {
    pid: child.pid ?? 0,
    ports: await listening.promise,
    strike: (faults) => child.send(faults),
    sessions: () => sessions,
    close: async () => {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
