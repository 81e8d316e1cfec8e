import type { Issued } from "../model/entry.ts";
import { type Us, us } from "../model/units.ts";
import { firstOf } from "./first-of.ts";
import { createGather, type Gather } from "./gather.ts";
import { addUncalled, type LoginDeps, loginDevice } from "./login-device.ts";
import { hasSecret } from "./negative-control.ts";

export interface RollCallDeps extends LoginDeps {
  /** Logins of this generator at once, at least 1. */
  readonly concurrency: number;
  /** Logins a second of this generator; undefined: as fast as the concurrency allows. */
  readonly rate: number | undefined;
  readonly startsAt: Us;
  readonly issued: AsyncIterable<Issued>;
  /** How logins wait for the others of their turn; another one only where time is not real. */
  readonly gather?: Gather;
  /** Sees each device that is called and has a secret, for the negative control. */
  readonly onCalled: (issued: Issued) => void;
}

/**
 * Logs in with every issued credential, at one place or at each. After `abort` the rest is written down as uncalled. Rejects only on a bug,
 * or if `issued` does; that aborts the rest, so that no login is under way any more.
 */
export async function callRoll(deps: RollCallDeps, abort: AbortSignal): Promise<void> {
  const { clock, rate, startsAt, gather = createGather() } = deps;
  const roll = deps.issued[Symbol.asyncIterator]();
  const bug = new AbortController();
  const surface = (error: unknown): void => bug.abort(error);
  const stop = firstOf(abort, bug.signal);
  let turn = 0;

  // Each caller takes the next name when it is free: the iterator queues them, so memory is bounded by the callers.
  async function caller(): Promise<void> {
    for (let next = await roll.next(); next.done !== true; next = await roll.next()) {
      await call(next.value).catch(surface);
    }
  }

  async function nextTurn(): Promise<void> {
    if (rate === undefined) return;
    const due = us(startsAt + Math.round((turn / rate) * 1_000_000));
    turn += 1;
    await clock.sleepUntil(due, stop);
  }

  async function call(issued: Issued): Promise<void> {
    await nextTurn();
    if (stop.aborted) {
      addUncalled(deps, issued, "after");
      return;
    }
    if (hasSecret(issued.credentials)) deps.onCalled(issued);
    await loginDevice(deps, issued, "after", stop, nextTurn);
    await gather();
  }

  await Promise.all(Array.from({ length: Math.max(1, deps.concurrency) }, () => caller().catch(surface)));
  bug.signal.throwIfAborted();
}
