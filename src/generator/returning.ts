import type { Issued } from "../model/entry.ts";
import { type ReconnectEntry, RETRIED_KINDS } from "../model/outcome.ts";
import type { RetryPlan } from "../model/retry-plan.ts";
import type { Clock, HeldSession, Login, Routes } from "../model/ports.ts";
import { type Us, us } from "../model/units.ts";
import { createBackoff } from "../schedule/backoff.ts";
import { createWaits, NO_SLOT } from "./backing-off.ts";
import { loginAt } from "./login-device.ts";

export interface ReturningDeps {
  readonly clock: Clock;
  readonly login: Login;
  /** Undefined: there is one place, that of the login. */
  readonly routes?: Routes | undefined;
  /** Takes each login. */
  readonly add: (entry: ReconnectEntry) => void;
  readonly retry: RetryPlan;
  readonly seed: number;
  readonly onWait: (change: 1 | -1) => void;
  readonly onBug: (error: unknown) => void;
}

/** How devices come back whose held session was lost. */
export interface Returning {
  /** Called at the loss; its new session, or undefined: it did not come back. Never rejects. */
  back(issued: Issued): Promise<HeldSession | undefined>;
  /** Ends all that wait and all that log in. */
  end(): void;
}

/**
 * By the policy of the fleet: a wait, a login, and again, for as many logins as it has attempts; after a session that had come back is
 * lost it begins anew. Turned away with an answer it does not ask again. Of several places each login goes to the next.
 */
export function createReturning({ clock, login, routes, add, retry, seed, onWait, onBug }: ReturningDeps): Returning {
  const over = new AbortController();
  const waits = createWaits(clock, onWait, over.signal);
  const backoff = createBackoff(retry, seed);

  async function logIn(issued: Issued, lost: Us, number: number, intended: Us) {
    const route = routes?.take(issued.seq, number);
    const { facts, verdict, session } = await loginAt({ clock, login }, issued, route, over.signal);
    if (route !== undefined) routes?.free(route);
    const place = route?.name === undefined ? {} : { place: route.name };
    add({ ...facts, lost, number, intended, ...place, verdict });
    return { verdict, session };
  }

  async function comeBack(issued: Issued): Promise<HeldSession | undefined> {
    const lost = clock.now();
    let due = us(lost + backoff(issued.seq, 1));
    for (let number = 1; ; number += 1) {
      if ((await waits.until(due, NO_SLOT)) !== "due") return undefined;
      const { verdict, session } = await logIn(issued, lost, number, due);
      if (session !== undefined) return session;
      const again = verdict.state === "unreachable" && RETRIED_KINDS.includes(verdict.kind);
      if (!again || number >= retry.attempts) return undefined;
      due = us(clock.now() + backoff(issued.seq, number + 1));
    }
  }

  return {
    back: (issued) =>
      comeBack(issued).catch((error: unknown) => {
        onBug(error);
        return undefined;
      }),
    end: () => over.abort(),
  };
}
