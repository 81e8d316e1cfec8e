import type { NegativeControl } from "./summary.ts";

const CONTROL_ORDER: readonly NegativeControl[] = ["not-made", "unreachable", "refused", "admitted"];

/** It is made at one place, or at each: the worst that any of them says is what counts. */
export function worseControl(a: NegativeControl, b: NegativeControl): NegativeControl {
  return CONTROL_ORDER.indexOf(a) >= CONTROL_ORDER.indexOf(b) ? a : b;
}
