import type { Target } from "../../model/plan.ts";

const turns = new WeakMap<readonly string[], number>();

/**
 * The local address of the next connection, each in turn: all that use one list share its turns. Undefined: the system
 * chooses, which gives every connection the same one.
 */
export function nextSource(from: Target["from"]): string | undefined {
  // "auto" is resolved to this machine's own addresses before anything is connected.
  if (from === undefined || from === "auto" || from.length === 0) return undefined;
  const turn = turns.get(from) ?? 0;
  turns.set(from, turn + 1);
  return from[turn % from.length];
}
