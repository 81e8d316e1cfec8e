import type { Outage } from "../model/place-summary.ts";
import { usFromSeconds } from "../model/units.ts";
import type { PlaceTally } from "./place-tally.ts";

/** So many in a row are no accident; at the end of the load, where nobody came through any more, fewer tell it. */
const IN_A_ROW = 10;
const AT_THE_END = 3;

/**
 * When a place answered nobody: stretches of seconds in which devices were sent there and all of them failed. A second in which
 * nobody was sent there tells nothing, and parts no stretch. In order.
 */
export function outagesOf(seconds: PlaceTally["seconds"]): readonly Outage[] {
  const found: Outage[] = [];
  let from: number | undefined;
  let failures = 0;
  const ordered = [...seconds].sort(([a], [b]) => a - b);
  const everAnswered = ordered.some(([, { answered }]) => answered > 0);

  function end(to: number | null): void {
    const enough = to === null ? (everAnswered ? AT_THE_END : 1) : IN_A_ROW;
    if (from !== undefined && failures >= enough) {
      found.push({ from: usFromSeconds(from), to: to === null ? null : usFromSeconds(to), failures });
    }
    from = undefined;
    failures = 0;
  }

  for (const [second, { answered, failed }] of ordered) {
    if (answered > 0) {
      end(second);
    } else if (failed > 0) {
      from ??= second;
      failures += failed;
    }
  }
  end(null);
  return found;
}
