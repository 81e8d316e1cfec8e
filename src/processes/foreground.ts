import { readFileSync } from "node:fs";

/**
 * Whether this process may read from its terminal and set it: only the group in the foreground may, others are stopped for it.
 * False where it cannot be seen (no /proc).
 */
export function isInForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // The name stands in parentheses and may hold any character, parentheses too.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}
