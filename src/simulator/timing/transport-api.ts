import type { Timers } from "./timers.ts";

/** Gets the core's answer; undefined: none came (time-out, full queue). Called exactly once. */
export type Settle<T> = (answer: T | undefined) => void;

/** What a request asks of the core: a device creation waits for its attribute, a look-up does not. */
export type Work = "provision" | "login";

/** How the transports reach the core. */
export interface TransportApi {
  /**
   * Has the core do `work`, which returns undefined where it never replies; `disturbed`: its thread is interrupted while it
   * waits for what it has saved. `lost` gets an answer that came after the caller had been told that there is none.
   */
  ask<T>(kind: Work, work: (disturbed: boolean) => T | undefined, settle: Settle<T>, lost: (answer: T) => void): void;
  /** Requests that the core has not done, and may still do. */
  readonly underWay: () => number;
}

/** No queue and no time: the answer comes before `ask` returns. */
export function createDirectTransport(timers: Timers, requestTimeoutMs: number): TransportApi {
  return {
    underWay: () => 0,
    ask: (_kind, work, settle) => {
      const answer = work(false);
      if (answer === undefined) timers.after(requestTimeoutMs, () => settle(undefined));
      else settle(answer);
    },
  };
}

/** Notes in `times` how long each answered provision request took, in milliseconds. */
export function timedTransport(transport: TransportApi, timers: Timers, times: number[]): TransportApi {
  return {
    underWay: transport.underWay,
    ask(kind, work, settle, lost) {
      const asked = timers.now();
      const timed: typeof settle = (answer) => {
        if (kind === "provision" && answer !== undefined) times.push(timers.now() - asked);
        settle(answer);
      };
      transport.ask(kind, work, timed, lost);
    },
  };
}
