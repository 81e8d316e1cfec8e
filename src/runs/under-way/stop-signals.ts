/**
 * What a run does about the signals it gets:
 *
 * | signal | meaning |
 * |---|---|
 * | SIGINT, first | drain: no new arrivals, what is in flight ends, then the roll is called and the results are written |
 * | SIGINT, second | abort: stop at once, write the results of what there is |
 * | SIGINT, third | leave: kill the generators, write nothing, exit 130 |
 * | SIGTERM, SIGHUP | abort: a supervisor that sends it waits seconds, not for a roll call; the next one leaves |
 * | the owner is lost | abort, once: nobody is left who could send a second signal |
 *
 * A program that was started to stay (processes/owner.ts) does not hear SIGHUP.
 */
export interface StopActions {
  drain(): void;
  abort(): void;
  leave(): void;
}

/**
 * One Ctrl-C under `npm start` arrives twice: from the terminal, which signals its whole group, and from npm, which
 * passes it on. Signals closer than this are one.
 */
const SAME_SIGNAL_MS = 250;

export type StopReason = NodeJS.Signals | "owner lost";

/** The table above as a function of the signals; `now` in milliseconds. */
export function createStopSequence(actions: StopActions, now: () => number): (reason: StopReason) => void {
  let step: "running" | "draining" | "aborting" = "running";
  let last = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const time = now();
    if (signal === "owner lost") {
      // Who kills a whole group kills the owner too: the signal that came with it is not to be followed by a second one.
      last = time;
      if (step === "aborting") return;
      step = "aborting";
      actions.abort();
      return;
    }
    if (time - last < SAME_SIGNAL_MS) return;
    last = time;
    switch (step) {
      case "running":
        if (signal === "SIGINT") {
          step = "draining";
          actions.drain();
          return;
        }
        step = "aborting";
        actions.abort();
        return;
      case "draining":
        step = "aborting";
        actions.abort();
        return;
      case "aborting":
        actions.leave();
        return;
    }
  };
}
