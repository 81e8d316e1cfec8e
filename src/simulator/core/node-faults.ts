import type { Timers } from "../timing/timers.ts";

/**
 * What can happen to one node of a cluster: `down` (a transport refuses and cuts connections; a core takes nothing up),
 * `cut-off` (a transport takes requests that never reach the core), `lag` (a transport knows what others issued only `ms` later).
 */
export type NodeFaultKind = "down" | "cut-off" | "lag";

export interface NodeFault {
  readonly kind: NodeFaultKind;
  /** A transport's address, or a core's number from 0 on. */
  readonly of: { readonly host: string } | { readonly core: number };
  /** Of a lag. */
  readonly ms?: number;
  /** Milliseconds after the first request for a device; undefined: from the beginning on. */
  readonly from?: number;
  /** Milliseconds; undefined: for ever. */
  readonly for?: number;
}

/** Calls `strike` when faults begin and end; those that wait for a request, after `begin`. */
export function scheduleNodeFaults(
  faults: readonly NodeFault[],
  timers: Timers,
  strike: (fault: NodeFault, on: boolean) => void,
): { begin(): void } {
  let begun = false;
  const start = (fault: NodeFault): void => {
    strike(fault, true);
    if (fault.for !== undefined) timers.after(fault.for, () => strike(fault, false));
  };
  for (const fault of faults) if (fault.from === undefined) start(fault);
  return {
    begin() {
      if (begun) return;
      begun = true;
      for (const fault of faults) if (fault.from !== undefined) timers.after(fault.from, () => start(fault));
    },
  };
}
