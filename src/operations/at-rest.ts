import type { Rest } from "../model/server-record.ts";

/** What is waited by; of a test it takes no time. */
export interface Waits {
  /** Milliseconds, never going back. */
  now(): number;
  /** Rejects with the reason of `stop`. */
  sleep(ms: number, stop: AbortSignal): Promise<void>;
}

/** A server that may still be creating devices. */
export interface ServerAtWork<Found> {
  count(stop: AbortSignal): Promise<number>;
  /** All of them, one by one. */
  list(stop: AbortSignal): Promise<Found>;
  /** Whether it has anything to do, by its own word, which ends the question; a real server does not tell. */
  readonly busy?: ((stop: AbortSignal) => Promise<boolean>) | undefined;
  /** Until its own limit of a request is over; 0: it is. */
  readonly limitMs: number;
}

export interface RestWish {
  readonly waits: Waits;
  /** After which it is given up. */
  readonly atMostMs: number;
  /** Before each time that it is waited; the last count. */
  readonly onWait: (devices: number | undefined) => void;
}

const BETWEEN_COUNTS_MS = 2_000;
/** To ask a server of ours is cheap. */
const BETWEEN_WORDS_MS = 100;

/**
 * Looks at a server that has come to rest: two counts, at least 2 s apart, are the same, no request can be under way any
 * more, and the list that is read then has as many devices as were counted. The list is read in any case.
 */
export async function lookAtRest<Found extends { readonly onServer: number }>(
  server: ServerAtWork<Found>,
  wish: RestWish,
  stop: AbortSignal,
): Promise<{ readonly found: Found; readonly rest: Rest }> {
  const begin = wish.waits.now();
  const waited = (): number => Math.round(wish.waits.now() - begin);
  if (server.busy !== undefined) {
    let busy = await server.busy(stop);
    while (busy && waited() + BETWEEN_WORDS_MS <= wish.atMostMs) {
      wish.onWait(undefined);
      await wish.waits.sleep(BETWEEN_WORDS_MS, stop);
      busy = await server.busy(stop);
    }
    const found = await server.list(stop);
    return { found, rest: { settled: !busy, waitedMs: waited(), counts: 0 } };
  }

  let counts = 1;
  let last = await server.count(stop);
  let same = false;
  for (;;) {
    if (same && waited() >= server.limitMs) {
      const found = await server.list(stop);
      if (found.onServer === last) return { found, rest: { settled: true, waitedMs: waited(), counts } };
      last = found.onServer;
      same = false;
    }
    if (waited() + BETWEEN_COUNTS_MS > wish.atMostMs) break;
    wish.onWait(last);
    await wish.waits.sleep(BETWEEN_COUNTS_MS, stop);
    const next = await server.count(stop);
    counts += 1;
    same = next === last;
    last = next;
  }
  return { found: await server.list(stop), rest: { settled: false, waitedMs: waited(), counts } };
}
