import { readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { LocalResources } from "../../model/health.ts";
import type { Limits } from "./machine-limits.ts";

/** Where it looks; a test puts another in its place. */
interface Proc {
  /** Entries of /proc/self/fd; undefined: not a Linux, 0: a kernel before 6.2, which does not count them for stat. */
  openFiles(): number | undefined;
  /** The same one by one, which takes milliseconds where there are thousands; off the event loop. */
  listOpenFiles(): Promise<number>;
  /** "" where there is no such file. */
  text(path: string): string;
}

interface ResourceOptions {
  readonly limits: Pick<Limits, "openFiles" | "ports">;
  readonly protocol: "TCP" | "UDP";
  /** A port may be taken again while its last connection is in TIME_WAIT. */
  readonly reusesPorts: boolean;
}

/**
 * What a generator has left of this machine, as of now: three small files of /proc, measured at 60 us with 10,000 files open. Of the ports all sockets
 * count, whichever end they are and wherever they go, so that more may be free than it says.
 */
export function createResourceReader(options: ResourceOptions, proc: Proc = LINUX): () => LocalResources {
  const { limits } = options;
  let listed: number | null = null;
  let listing = false;

  /** What was found a second ago, and a fresh look for the next time. */
  const listLater = (): number | null => {
    if (!listing) {
      listing = true;
      void proc
        .listOpenFiles()
        .then((count) => (listed = count))
        .catch(() => undefined)
        .finally(() => (listing = false));
    }
    return listed;
  };

  return () => {
    const counted = proc.openFiles();
    const used = portsInUse(proc, options);
    return {
      openFiles: counted === undefined ? null : counted > 0 ? counted : listLater(),
      openFilesLimit: limits.openFiles ?? null,
      freePorts: limits.ports === undefined || used === undefined ? null : Math.max(0, limits.ports - used),
      ports: limits.ports ?? null,
    };
  };
}

/** The kernel counts sockets by family, but those in TIME_WAIT together. */
function portsInUse(proc: Proc, { protocol, reusesPorts }: ResourceOptions): number | undefined {
  const v4 = proc.text("/proc/net/sockstat");
  const inUse = field(v4, protocol, "inuse");
  if (inUse === undefined) return undefined;
  const v6 = field(proc.text("/proc/net/sockstat6"), `${protocol}6`, "inuse") ?? 0;
  return inUse + v6 + (reusesPorts ? 0 : (field(v4, protocol, "tw") ?? 0));
}

/** "TCP: inuse 5 orphan 0 tw 12 alloc 6 mem 1" */
function field(text: string, line: string, name: string): number | undefined {
  const found = new RegExp(`^${line}:.* ${name} (\\d+)`, "m").exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

const LINUX: Proc = {
  openFiles: () => statSync("/proc/self/fd", { throwIfNoEntry: false })?.size,
  listOpenFiles: async () => (await readdir("/proc/self/fd")).length,
  text(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  },
};
