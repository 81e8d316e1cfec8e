import type { Timers } from "./timers.ts";
import type { Settle, TransportApi, Work } from "./transport-api.ts";

export interface CoresOptions {
  /** Each with a queue and workers of its own, over one store. */
  readonly cores: readonly TransportApi[];
  readonly timers: Timers;
  /** What the queue between transports and cores takes, each way, in milliseconds. */
  readonly delayMs: number;
  /** A transport waits so long for an answer; what is older is taken up by no core. */
  readonly requestTimeoutMs: number;
  /** So long after a core has died the others take up its part of the queue. */
  readonly rebalanceMs: number;
}

export interface Cores extends TransportApi {
  /** Core `index` dies: what it had taken up is not done, and what is queued for it waits. */
  down(index: number): void;
  /** It is back, and takes its part of the queue again. */
  up(index: number): void;
}

interface Core {
  readonly api: TransportApi;
  isDown: boolean;
  /** How often it has died. */
  deaths: number;
}

interface Part {
  owner: number;
  readonly waiting: ((core: Core) => void)[];
}

/**
 * Several cores behind one queue, of which each has one part, as consumers of a partitioned topic have: requests go to the
 * parts in turn. A model: that the others take over after a time, and when, is how Kafka's consumer groups work; that a
 * request which a dead core had begun is done by nobody is invented.
 */
export function createCores({ cores, timers, delayMs, requestTimeoutMs, rebalanceMs }: CoresOptions): Cores {
  const all = cores.map((api): Core => ({ api, isDown: false, deaths: 0 }));
  const parts = all.map((_, owner): Part => ({ owner, waiting: [] }));
  let turn = 0;
  let queued = 0;

  const later = (run: () => void): void => {
    if (delayMs > 0) timers.after(delayMs, run);
    else run();
  };

  const give = (part: Part, take: (core: Core) => void): void => {
    const core = all[part.owner];
    if (core === undefined || core.isDown) part.waiting.push(take);
    else take(core);
  };

  const hand = (part: Part, owner: number): void => {
    part.owner = owner;
    for (const take of part.waiting.splice(0)) give(part, take);
  };

  const rebalance = (): void => {
    const alive = all.findIndex(({ isDown }) => !isDown);
    if (alive < 0) return;
    for (const part of parts) if (all[part.owner]?.isDown === true) hand(part, alive);
  };

  const ask = <T>(
    kind: Work,
    work: (disturbed: boolean) => T | undefined,
    settle: Settle<T>,
    lost: (answer: T) => void,
  ): void => {
    const part = parts[turn % parts.length];
    turn += 1;
    if (part === undefined) return settle(undefined);
    const deadline = timers.now() + requestTimeoutMs;
    let waits = true;
    const tell = (answer: T | undefined): void => {
      if (waits) {
        waits = false;
        forget();
        settle(answer);
      } else if (answer !== undefined) lost(answer);
    };
    const forget = timers.after(requestTimeoutMs, () => tell(undefined));
    queued += 1;
    later(() =>
      give(part, (core) => {
        queued -= 1;
        if (timers.now() > deadline) return;
        const { deaths } = core;
        const alive = (disturbed: boolean): T | undefined => (core.deaths === deaths ? work(disturbed) : undefined);
        core.api.ask<T>(kind, alive, (answer) => later(() => tell(answer)), lost);
      }),
    );
  };

  return {
    ask,
    underWay: () => queued + all.reduce((sum, { api }) => sum + api.underWay(), 0),
    down(index) {
      const core = all[index];
      if (core === undefined || core.isDown) return;
      core.isDown = true;
      core.deaths += 1;
      timers.after(rebalanceMs, rebalance);
    },
    up(index) {
      const [core, part] = [all[index], parts[index]];
      if (core === undefined || part === undefined) return;
      core.isDown = false;
      hand(part, index);
      // Whose core is still away, and who has waited for any that is there.
      if (all.every(({ isDown }, other) => isDown || other === index)) timers.after(rebalanceMs, rebalance);
    },
  };
}
