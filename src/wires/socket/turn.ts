import { performance } from "node:perf_hooks";

/** When something was first read in this turn of the event loop, milliseconds of this process; undefined: nothing yet. */
let began: number | undefined;

/**
 * To be called from each read of a socket, before anything is done with what was read. Milliseconds for which this turn of the event
 * loop has been reading: all sockets that it reads were ready when it began, so what this one had to read was there so long ago, as
 * far as it is one packet of the network. What was handled before it in this turn is the generator's own time, not the server's.
 */
export function turnAge(): number {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    // After all reads of this turn.
    setImmediate(() => {
      began = undefined;
    });
  }
  return now - began;
}
