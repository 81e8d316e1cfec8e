import { readdirSync, readFileSync } from "node:fs";
import type { Sample } from "./flatness.ts";

/** What one process held over time. */
export interface Watched {
  readonly name: string;
  /** Bytes resident. */
  readonly memory: Sample[];
  readonly descriptors: Sample[];
}

/** Linux counts resident memory in these. */
const PAGE_BYTES = 4_096;

/**
 * One look at each root and its children, by the names of the roots: the child of `mqtt` is `mqtt generator`. A process
 * that is not there any more leaves no sample.
 */
export function look(roots: ReadonlyMap<string, number>, at: number, into: Map<number, Watched>): void {
  for (const [name, pid] of roots) {
    lookAt(name, pid, at, into);
    for (const child of childrenOf(pid)) lookAt(`${name} generator`, child, at, into);
  }
}

function lookAt(name: string, pid: number, at: number, into: Map<number, Watched>): void {
  const held = heldBy(pid);
  if (held === undefined) return;
  const watched = into.get(pid) ?? { name, memory: [], descriptors: [] };
  into.set(pid, watched);
  watched.memory.push({ at, value: held.memory });
  watched.descriptors.push({ at, value: held.descriptors });
}

/** Processes end while they are looked at. */
function heldBy(pid: number): { readonly memory: number; readonly descriptors: number } | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    return { memory: pages * PAGE_BYTES, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
}

/** Of a process that is gone: none. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
