import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in these. */
const TICKS_PER_SECOND = 100;

/** What one process used, as last seen; `peakBytes` is the kernel's own high-water mark of resident memory. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  /** Of its children that have ended: nothing of them is missing if it was seen after their end. */
  readonly endedSeconds: number;
  readonly peakBytes: number;
}

/** CPU time (user and system) of a living process; undefined if it is gone. */
export function cpuSecondsOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** CPU time of the descendants of a living process that have ended and been waited for; undefined if it is gone. */
export function endedSecondsOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** CPU time of all descendants of this process that have ended: the kernel's sum, which no sampling can miss. */
export function cpuSecondsOfEnded(): number {
  return endedSecondsOf(process.pid) ?? 0;
}

/** Samples the process `root` and its descendants until `stop`; resolves nothing, read `uses` at the end. */
export function watchTree(root: number): { readonly uses: ReadonlyMap<number, ProcessUse>; stop(): void } {
  const uses = new Map<number, ProcessUse>();
  const sample = (): void => {
    for (const pid of treeOf(root)) {
      const cpuSeconds = cpuSecondsOf(pid);
      const endedSeconds = endedSecondsOf(pid);
      const peakBytes = peakBytesOf(pid);
      if (cpuSeconds === undefined || endedSeconds === undefined || peakBytes === undefined) continue;
      uses.set(pid, { cpuSeconds, endedSeconds, peakBytes });
    }
  };
  sample();
  const timer = setInterval(sample, 50);
  return { uses, stop: () => clearInterval(timer) };
}

/** /proc/<pid>/stat behind the name, which may hold spaces: index 0 is the state, 1 the parent (proc(5), fields 3 and 4). */
function statOf(pid: number): readonly string[] | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function peakBytesOf(pid: number): number | undefined {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`) ?? "");
  return match === null ? undefined : Number(match[1]) * 1_024;
}

/** `root` first. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? Number(statOf(pid)?.[1]) : Number.NaN;
    if (!Number.isNaN(parent)) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Processes end while they are read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
