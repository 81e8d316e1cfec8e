import { setImmediate } from "node:timers/promises";

/** To be awaited where a device has ended and the next one takes its place. */
export type Gather = () => Promise<void> | undefined;

/** Devices that start in one turn of the event loop: about a millisecond without a look at the sockets. */
const MOST = 16;

/**
 * Lets devices whose places have become free in one turn of the event loop start together, when everything that this turn has read
 * is handled. One that starts between two answers keeps the second waiting. And a server that is faster than this process sleeps
 * between two connections that come one by one: to wake it for each took a twentieth of a generator's processor time.
 */
export function createGather(): Gather {
  let group: Promise<void> | undefined;
  let members = 0;
  return () => {
    if (group === undefined || members === MOST) {
      const turn = group === undefined ? setImmediate() : group.then(() => setImmediate());
      const next: Promise<void> = turn.then(() => {
        if (group === next) group = undefined;
      });
      group = next;
      members = 0;
    }
    members += 1;
    return group;
  };
}
