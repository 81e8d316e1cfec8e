import { readFileSync } from "node:fs";
import type { ProcessorTimes } from "../../record/health-probe.ts";

/**
 * The times of all processors together since the machine was started (proc_stat(5)), measured at 20 us a reading; undefined:
 * not a Linux. What waits for a disk is idle; times of guests are in those of their user already.
 */
export function readProcessorTimes(read: () => string = readStat): ProcessorTimes | undefined {
  const line = /^cpu +(.*)$/m.exec(read())?.[1];
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, interrupts = 0, softInterrupts = 0, stolen = 0] =
    line?.split(" ").map(Number) ?? [];
  const busy = user + nice + system + interrupts + softInterrupts;
  const all = busy + idle + ioWait + stolen;
  return all > 0 ? { busy, stolen, all } : undefined;
}

function readStat(): string {
  try {
    return readFileSync("/proc/stat", "utf8");
  } catch {
    return "";
  }
}
