import type { LiveFigures } from "../model/live.ts";

/** How far a run has come, once a second; times are microseconds. */
export interface Progress {
  /** In words: "load: steady (2 of 2)", "roll call". */
  readonly stage: string;
  /** Of the whole plan; null: its load ends by time, and nobody knows. */
  readonly devices: number | null;
  readonly started: number;
  readonly inFlight: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly dropped: number;
  /** Of the roll call. */
  readonly connected: number;
  readonly refused: number;
  /** Round trip of the last second; null: nobody was provisioned in it. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Of the generators. */
  readonly grade: "valid" | "degraded" | "void";
}

export function progressOf({ stageText, devices, started, inFlight, ...figures }: LiveFigures): Progress {
  const { provisioned, rejected, failed, dropped } = figures.outcomes;
  const { connected, refused } = figures.verdicts;
  const { p50, p99 } = figures.lastSecond;
  const { grade } = figures.health;
  return {
    stage: stageText,
    devices,
    started,
    inFlight,
    provisioned,
    rejected,
    failed,
    dropped,
    connected,
    refused,
    p50,
    p99,
    grade,
  };
}

/** Hands the newest value over whenever it is asked for: who reads slowly misses some, and nothing piles up. */
export interface Newest<T> extends AsyncIterable<T> {
  put(value: T): void;
  /** Nothing comes any more; with an error reading ends with it. */
  end(error?: unknown): void;
}

export function createNewest<T>(): Newest<T> {
  let waiting: { readonly value: T } | undefined;
  let ended: { readonly error: unknown } | undefined;
  let change = Promise.withResolvers<void>();
  /** All that read. */
  const wake = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };
  return {
    put(value) {
      waiting = { value };
      wake();
    },
    end(error) {
      ended ??= { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (waiting !== undefined) {
          const { value } = waiting;
          waiting = undefined;
          yield value;
        } else if (ended === undefined) {
          await change.promise;
        } else {
          if (ended.error !== undefined) throw ended.error;
          return;
        }
      }
    },
  };
}
