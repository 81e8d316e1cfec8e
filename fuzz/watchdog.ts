import { Worker } from "node:worker_threads";

/**
 * A thread that ends this process when one case goes on for too long: what never gives the event loop back cannot be
 * stopped in any other way. It says which case that was.
 */
export interface Watchdog {
  /** The case that begins now, in words. */
  begin(name: string): void;
  stop(): Promise<void>;
}

const THREAD = `
  const { parentPort, workerData } = require("node:worker_threads");
  let name = "";
  let since = Date.now();
  parentPort.on("message", (text) => { name = text; since = Date.now(); });
  setInterval(() => {
    if (Date.now() - since < workerData.mostMs) return;
    require("node:fs").writeSync(2, "\\nDOES NOT END  " + name + "\\n");
    process.kill(process.pid, "SIGKILL");
  }, 500);
`;

export function startWatchdog(mostMs: number): Watchdog {
  const worker = new Worker(THREAD, { eval: true, workerData: { mostMs } });
  worker.unref();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is not a window
    begin: (name) => worker.postMessage(name),
    stop: async () => void (await worker.terminate()),
  };
}
