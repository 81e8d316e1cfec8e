import type { HeldSession } from "../model/ports.ts";
import type { HoldSummary } from "../model/summary.ts";
import type { Us } from "../model/units.ts";

/** Sessions that stay connected after their login, and what became of them. */
export interface HeldSessions {
  keep(session: HeldSession): void;
  /** How many stayed and why the others were lost; closes those that stayed. */
  release(duration: Us): Promise<HoldSummary>;
}

/** `onChange`: +1 for each session kept, -1 for each lost or released. */
export function createHeldSessions(onChange: (change: 1 | -1) => void): HeldSessions {
  const open = new Set<HeldSession>();
  const lost = new Map<string, number>();
  let kept = 0;

  return {
    keep(session) {
      kept += 1;
      open.add(session);
      onChange(1);
      void session.lost.then((reason) => {
        if (!open.delete(session)) return;
        lost.set(reason, (lost.get(reason) ?? 0) + 1);
        onChange(-1);
      });
    },
    async release(duration) {
      const stayed = [...open];
      open.clear();
      // One that does not close as it should has stayed all the same.
      await Promise.allSettled(stayed.map((session) => session.close().finally(() => onChange(-1))));
      return {
        duration,
        sessions: kept,
        stayed: stayed.length,
        lost: [...lost].map(([reason, count]) => ({ reason, count })),
      };
    },
  };
}
