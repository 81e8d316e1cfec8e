import { EXIT } from "../../model/error.ts";

/**
 * What a run does about the signals it gets:
 *
 * | signal | meaning |
 * |---|---|
 * | SIGINT, first | drain: no new arrivals, what is in flight ends, then the roll is called and the results are written |
 * | SIGINT, second | abort: stop at once, write the results of what there is |
 * | SIGINT, third | leave: kill the generators, write nothing, exit 130 |
 * | SIGTERM, SIGHUP | abort: a supervisor that sends it waits seconds, not for a roll call; the next one leaves |
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

/** The table above as a function of the signals; `now` in milliseconds. */
export function createStopSequence(actions: StopActions, now: () => number): (signal: NodeJS.Signals) => void {
  let step: "running" | "draining" | "aborting" = "running";
  let last = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const time = now();
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

/** For a command that knows but one way to stop: the first signal aborts `signal`, a later one leaves. Listens until disposed of. */
export function stopOnSignals(): Disposable & { readonly signal: AbortSignal } {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const stops = listenForStops({ drain: stop, abort: stop, leave: () => process.exit(EXIT.interrupted) });
  return { signal: stopping.signal, [Symbol.dispose]: () => stops[Symbol.dispose]() };
}

/** Listens until disposed of. */
export function listenForStops(actions: StopActions): Disposable {
  const receive = createStopSequence(actions, () => performance.now());
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, receive);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, receive);
    },
  };
}
