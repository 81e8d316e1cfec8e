import { readFile } from "node:fs/promises";

/** What this machine allows; undefined where it does not say. */
export interface Limits {
  /** The hard limit of one process: Node raises its own soft limit to it. */
  readonly openFiles: number | undefined;
  /** Local ports for outgoing connections to one target. */
  readonly ports: number | undefined;
  /** Linux: 0 never, 1 always, 2 on loopback: may a port be used again within the 60 s after its connection closed? */
  readonly portReuse: number | undefined;
  readonly memoryBytes: number;
  readonly memoryFreeBytes: number;
}

/** Memory in bytes: all that this process may have, and what is free of it. */
export interface Memory {
  readonly bytes: number;
  readonly freeBytes: number;
}

/** With as many ranges of ports as connections have local addresses to come from. */
export function withSources(limits: Limits, sources: number): Limits {
  return { ...limits, ports: limits.ports === undefined ? undefined : limits.ports * sources };
}

export async function readLimits(memory: Memory): Promise<Limits> {
  const range = numbers(await text("/proc/sys/net/ipv4/ip_local_port_range"));
  const [low, high] = range;
  return {
    openFiles: await openFiles(),
    ports: low === undefined || high === undefined ? undefined : high - low + 1,
    portReuse: numbers(await text("/proc/sys/net/ipv4/tcp_tw_reuse"))[0],
    memoryBytes: memory.bytes,
    memoryFreeBytes: memory.freeBytes,
  };
}

async function openFiles(): Promise<number | undefined> {
  const line = /^Max open files +(?<soft>\S+) +(?<hard>\S+)/m.exec(await text("/proc/self/limits"));
  const hard = Number(line?.groups?.["hard"]);
  return Number.isFinite(hard) ? hard : undefined;
}

/** Empty where there is no such file: not every system is a Linux. */
async function text(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function numbers(line: string): readonly number[] {
  return line
    .split(/\s+/)
    .filter((part) => part !== "")
    .map(Number);
}
