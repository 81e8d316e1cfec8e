import type { KV } from "@nats-io/kv";
import { setInterval as ticks, setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "./connection.ts";
import { followKeys } from "./follow.ts";

/*
 * Who is alive renews a key of the bucket, and who watches it counts the time since it last came, on its own monotonic
 * clock: the bucket sends no word when a key expires.
 */

/** Renewals in one lease: some may be late or lost. */
const BEATS = 5;

/** A key that is renewed until `stop`, and then taken away. `leaseMs`: whoever watches it now waits so long. */
export function keepLease(
  bucket: KV,
  key: string,
  value: () => unknown,
  leaseMs: () => number,
  stop: AbortSignal,
  onRenewed: () => void = () => undefined,
): { readonly ended: Promise<void>; renew(): void } {
  let early = new AbortController();
  const beat = async (): Promise<void> => {
    while (!stop.aborted) {
      early = new AbortController();
      // A bus that is gone for the moment: the next beat tries again.
      void bucket.put(key, JSON.stringify(value())).then(onRenewed, () => undefined);
      const signal = AbortSignal.any([early.signal, stop]);
      await sleep(leaseMs() / BEATS, undefined, { signal }).catch(() => undefined);
    }
    await bucket.delete(key).catch(() => undefined);
  };
  return { ended: beat(), renew: () => early.abort() };
}

/** When each key came last; pure, in milliseconds of any monotonic clock. */
export interface LeaseBook {
  renew(key: string, now: number): void;
  /** Those whose lease is over as of `now`; each is told once, until it comes again. */
  takeLapsed(now: number): readonly string[];
}

/**
 * How much longer than a lease is waited for a key, once, when who waits for it was away itself for `awayMs`: a machine
 * that was paused, or a process that was stopped, cannot have heard of anybody.
 */
export type Grace = (awayMs: number, leaseMs: number) => number;

/** For who would be declared lost: as long as this side was away. */
export const AS_LONG: Grace = (awayMs) => awayMs;
/** For the owner of a load that goes on meanwhile: until what it said lately has come, and no longer. */
export const TWO_BEATS: Grace = (awayMs, leaseMs) => Math.min(awayMs, (2 * leaseMs) / BEATS);

/** No look for longer than this is being away; up to it a renewal that came in time leaves a beat to spare. */
const AWAY_BEATS = 3;

export function createLeaseBook(leaseMs: number, grace: Grace): LeaseBook {
  const last = new Map<string, number>();
  /** Until when those that have a grace have it. */
  const graces = new Map<string, number>();
  let looked: number | undefined;
  return {
    renew(key, now) {
      last.set(key, now);
      graces.delete(key);
    },
    takeLapsed(now) {
      const awayMs = now - (looked ?? now);
      looked = now;
      const lapsed: string[] = [];
      for (const [key, at] of last) {
        if (now - at <= leaseMs) continue;
        if (awayMs > (leaseMs * AWAY_BEATS) / BEATS && !graces.has(key)) graces.set(key, now + grace(awayMs, leaseMs));
        if (now >= (graces.get(key) ?? now)) lapsed.push(key);
      }
      for (const key of lapsed) {
        last.delete(key);
        graces.delete(key);
      }
      return lapsed;
    },
  };
}

export interface LeaseWatch {
  /** Resolves, with how, when this key is not renewed for a whole lease from now on, or is taken away. */
  lapsed(key: string): Promise<string>;
  /** Whether it is alive as far as is known. */
  isAlive(key: string): boolean;
  onRenewed(listener: (key: string, value: unknown) => void): void;
}

interface LeaseWatchOptions {
  readonly bus: Bus;
  readonly bucket: KV;
  /** Keys to watch: one, or with * many. */
  readonly keys: string;
  readonly leaseMs: number;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  readonly grace: Grace;
}

export async function watchLeases(options: LeaseWatchOptions, stop: AbortSignal): Promise<LeaseWatch> {
  const { bus, bucket, keys, leaseMs, now } = options;
  const book = createLeaseBook(leaseMs, options.grace);
  const alive = new Set<string>();
  const waiters = new Map<string, PromiseWithResolvers<string>>();
  let listener: (key: string, value: unknown) => void = () => undefined;

  function end(key: string, how: string): void {
    alive.delete(key);
    waiters.get(key)?.resolve(how);
    waiters.delete(key);
  }

  await followKeys(
    bus,
    bucket,
    keys,
    (entry) => {
      if (entry.operation !== "PUT") {
        end(entry.key, "it has left");
        return;
      }
      book.renew(entry.key, now());
      alive.add(entry.key);
      listener(entry.key, parse(entry.string()));
    },
    stop,
  );
  void (async () => {
    for await (const _ of ticks(bus.pace.look, undefined, { signal: stop, ref: false })) {
      for (const key of book.takeLapsed(now())) end(key, `nothing was heard of it for ${leaseMs / 1_000} s`);
    }
  })().catch(() => undefined);

  return {
    lapsed(key) {
      const waiter = waiters.get(key) ?? Promise.withResolvers<string>();
      waiters.set(key, waiter);
      // From now on: whoever never comes is found missing too.
      if (!alive.has(key)) book.renew(key, now());
      return waiter.promise;
    },
    isAlive: (key) => alive.has(key),
    onRenewed(given) {
      listener = given;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
