import { openSync, readSync } from "node:fs";

const NANOSECONDS = 1_000_000;

/**
 * How long this process's main thread was ready to run and had no processor, milliseconds since its start: the second number
 * of its schedstat (Linux, sched-stats). Undefined where the kernel does not count it.
 */
export function openProcessorWait(): (() => number) | undefined {
  let file: number;
  try {
    file = openSync("/proc/self/schedstat", "r");
  } catch {
    return undefined;
  }
  // Kept open and read from its beginning: some 2 us a time.
  const bytes = Buffer.alloc(80);
  return () => {
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return Number(bytes.toString("latin1", 0, length).split(" ")[1]) / NANOSECONDS;
  };
}
