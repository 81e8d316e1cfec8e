import type { Issued } from "../model/entry.ts";
import type { HeldSession } from "../model/ports.ts";
import type { HoldSummary } from "../model/summary.ts";
import type { Us } from "../model/units.ts";
import type { Returning } from "./returning.ts";

/** Sessions that stay connected after their login, and what became of them. */
export interface HeldSessions {
  keep(session: HeldSession, issued: Issued): void;
  /** How many stayed and why the others were lost; closes those that are there, and ends what is on its way back. */
  release(duration: Us): Promise<HoldSummary>;
}

/** `onChange`: +1 for each session kept, -1 for each lost or released. `returning`: how a device comes back; undefined: it does not. */
export function createHeldSessions(onChange: (change: 1 | -1) => void, returning?: Returning): HeldSessions {
  const open = new Set<HeldSession>();
  const lost = new Map<string, number>();
  const onTheWay = new Set<Promise<void>>();
  let kept = 0;
  let lostOnce = 0;

  /** `issued`: of one that comes back; of no other its credentials are kept. */
  function watch(session: HeldSession, issued: Issued | undefined, again: boolean): void {
    open.add(session);
    onChange(1);
    void session.lost.then((reason) => {
      if (!open.delete(session)) return;
      lost.set(reason, (lost.get(reason) ?? 0) + 1);
      onChange(-1);
      if (!again) lostOnce += 1;
      if (returning === undefined || issued === undefined) return;
      const back = comeBack(returning, issued).finally(() => onTheWay.delete(back));
      onTheWay.add(back);
    });
  }

  async function comeBack(by: Returning, issued: Issued): Promise<void> {
    const session = await by.back(issued);
    if (session !== undefined) watch(session, issued, true);
  }

  return {
    keep(session, issued) {
      kept += 1;
      watch(session, returning && issued, false);
    },
    async release(duration) {
      returning?.end();
      await Promise.all(onTheWay);
      const there = [...open];
      open.clear();
      // One that does not close as it should has stayed all the same.
      await Promise.allSettled(there.map((session) => session.close().finally(() => onChange(-1))));
      return {
        duration,
        sessions: kept,
        stayed: kept - lostOnce,
        lost: [...lost].map(([reason, count]) => ({ reason, count })),
        ...(returning === undefined ? {} : { notBack: kept - there.length }),
      };
    },
  };
}
