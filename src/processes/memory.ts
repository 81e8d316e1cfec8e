import { totalmem } from "node:os";
import process from "node:process";
import type { Memory } from "../runs/machine/machine-limits.ts";

/** What this process may have: a container's limit where there is one. */
export function readMemory(): Memory {
  const constrained = process.constrainedMemory();
  return {
    bytes: constrained > 0 ? Math.min(constrained, totalmem()) : totalmem(),
    freeBytes: process.availableMemory(),
  };
}
