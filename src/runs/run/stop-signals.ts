import { EXIT } from "../../model/error.ts";
import type { Owner } from "./owner.ts";

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
 * A program that was started to stay (owner.ts) does not hear SIGHUP.
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

type StopReason = NodeJS.Signals | "owner lost";

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
  const loseOwner = (): void => receive("owner lost");
  const heard = signals.filter((signal) => signal !== "SIGHUP" || !staying);
  for (const signal of heard) process.on(signal, receive);
  losses.add(loseOwner);
  return {
    [Symbol.dispose]() {
      for (const signal of heard) process.off(signal, receive);
      losses.delete(loseOwner);
    },
  };
}

/** Who hears of the owner's loss. */
const losses = new Set<() => void>();
let staying = false;

/** How often the owner is looked for: the load goes on that long without one. */
const OWNER_LOOK_MS = 500;

interface Watched {
  readonly owner: Owner | undefined;
  /** Whether the program was started to stay. */
  readonly staying: boolean;
  tell(text: string): void;
}

/** From here to the end of the program: the loss of its owner, and a SIGHUP that is to be ignored. */
export function watchOwner(watched: Watched): void {
  staying = watched.staying;
  // Node ends a process at a SIGHUP that nobody listens to.
  if (staying) process.on("SIGHUP", () => undefined);
  const { owner } = watched;
  if (owner === undefined) return;
  const looking = setInterval(() => {
    if (!owner.isGone()) return;
    clearInterval(looking);
    watched.tell(`${owner.name}, which started this, is gone: stopping, as on SIGTERM.`);
    if (losses.size === 0) process.kill(process.pid, "SIGTERM");
    else for (const lose of losses) lose();
  }, OWNER_LOOK_MS);
  looking.unref();
}
