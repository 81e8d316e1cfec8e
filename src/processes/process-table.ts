import { readFileSync } from "node:fs";
import process from "node:process";

/** What is asked of another process. */
export interface ProcessEntry {
  readonly parent: number;
  readonly session: number;
  readonly command: string;
  readonly ignoresHangUp: boolean;
}

/** The processes of this machine, as far as they can be seen. */
export interface ProcessTable {
  readonly self: number;
  /** The parent of this process, now; every system shows it. */
  parent(): number;
  /** Undefined: it is gone, or this system has no /proc. */
  entry(pid: number): ProcessEntry | undefined;
  /** Flags with which standard input is open, as in open(2); undefined: not seen. */
  standardInputFlags(): number | undefined;
}

/** In the mask SigIgn of /proc/<pid>/status, bit 0 is signal 1. */
const HANG_UP = 1n;

export function createProcessTable(): ProcessTable {
  return {
    self: process.pid,
    parent: () => process.ppid,
    entry(pid) {
      const stat = readOr(`/proc/${pid}/stat`);
      if (stat === undefined) return undefined;
      // The name stands in parentheses and may hold any character, parentheses too.
      const [, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readOr(`/proc/${pid}/status`) ?? "")?.[1];
      return {
        parent: Number(parent),
        session: Number(session),
        command: (readOr(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " ").trim(),
        ignoresHangUp: ignored !== undefined && (BigInt(`0x${ignored}`) & HANG_UP) !== 0n,
      };
    },
    standardInputFlags() {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readOr("/proc/self/fdinfo/0") ?? "")?.[1];
      return flags === undefined ? undefined : Number.parseInt(flags, 8);
    },
  };
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
