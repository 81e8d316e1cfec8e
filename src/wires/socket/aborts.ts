/** What one of many does when the signal that they share is aborted. */
interface Waiting {
  readonly abort: () => void;
  readonly place: number;
}

interface Aborts {
  /** What it returns is for `delete`, when it is no longer needed. */
  add(abort: () => void): Waiting;
  delete(waiting: Waiting): void;
}

const watched = new WeakMap<AbortSignal, Aborts>();

/**
 * What is to happen when `signal` is aborted. All share one listener: adding a listener to a signal compares it with every other,
 * which at 5,000 in flight takes longer than MQTT. A list with places and no Set: a Set whose members come and go leaves its table
 * behind whenever that is full, and what an old table holds is kept by each collection of young garbage: every device and its socket.
 */
export function abortsOf(signal: AbortSignal): Aborts {
  let aborts = watched.get(signal);
  if (aborts === undefined) watched.set(signal, (aborts = createAborts(signal)));
  return aborts;
}

function createAborts(signal: AbortSignal): Aborts {
  const held: (Waiting | undefined)[] = [];
  const free: number[] = [];
  signal.addEventListener("abort", () => held.slice().forEach((waiting) => waiting?.abort()), { once: true });
  return {
    add(abort) {
      const waiting = { abort, place: free.pop() ?? held.length };
      held[waiting.place] = waiting;
      return waiting;
    },
    delete(waiting) {
      if (held[waiting.place] !== waiting) return;
      held[waiting.place] = undefined;
      free.push(waiting.place);
    },
  };
}
