import { performance } from "node:perf_hooks";

/** When something was first read in this turn of the event loop, milliseconds of this process; undefined: nothing yet. */
let began: number | undefined;
/** Sockets, and the like, that the event loop had served by then. */
let served = 0;

/**
 * The event loop takes 1,024 ready sockets at most from the kernel, serves them all, and only then counts them as served and asks
 * for others, in the same turn. It takes longer than that to serve 1,024.
 */
const SHORTER_THAN_A_BATCH_MS = 1;

/**
 * To be called from each read of a socket, before anything is done with what was read. Milliseconds for which this turn of the event
 * loop has been reading: all sockets that it reads were ready when it began, so what this one had to read was there so long ago, as
 * far as it is one packet of the network. What was handled before it in this turn is the generator's own time, not the server's.
 * Where the loop has asked the kernel again in this turn, it counts from there.
 */
export function turnAge(): number {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    served = loopServed();
    // After all reads of this turn.
    setImmediate(() => {
      began = undefined;
    });
  } else if (now - began > SHORTER_THAN_A_BATCH_MS) {
    const servedNow = loopServed();
    if (servedNow !== served) {
      served = servedNow;
      began = now;
    }
  }
  return now - began;
}

function loopServed(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}
