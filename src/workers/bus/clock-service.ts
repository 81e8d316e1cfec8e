import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createOffsetEstimator, type OffsetEstimator } from "../time/clock-offset.ts";
import type { Bus } from "./connection.ts";
import { clockSubject } from "./names.ts";

const ASK_MS = 2_000;
/** Before anything depends on it: the fastest of so many counts. */
const BURST = 12;
const PAUSE_MS = 5;

const answerSchema = z.object({ received: z.string().regex(/^\d{1,20}$/), sent: z.string().regex(/^\d{1,20}$/) });

/** Answers with the readings of `monotonic` (nanoseconds) until `stop`. */
export function answerClock(bus: Bus, run: string, monotonic: () => bigint, stop: AbortSignal): void {
  const subscription = bus.nats.subscribe(clockSubject(run), {
    callback(error, message) {
      const received = monotonic();
      if (error !== null) return;
      message.respond(JSON.stringify({ received: received.toString(), sent: monotonic().toString() }));
    },
  });
  stop.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
}

/** The coordinator's clock as a worker knows it. */
export interface RemoteClock {
  readonly estimator: OffsetEstimator;
  /** The fastest round trip so far, in nanoseconds; 0: none yet. */
  readonly fastest: bigint;
  /** Asks several times in a row; what is not answered is missing, no more. */
  measure(stop: AbortSignal): Promise<void>;
}

export function createRemoteClock(bus: Bus, run: string, monotonic: () => bigint): RemoteClock {
  const estimator = createOffsetEstimator();
  let fastest = 0n;

  async function ask(): Promise<void> {
    const asked = monotonic();
    const answer = await bus.nats.request(clockSubject(run), undefined, { timeout: ASK_MS });
    const heard = monotonic();
    const { received, sent } = answerSchema.parse(answer.json());
    if (!estimator.add({ asked, heard, received: BigInt(received), sent: BigInt(sent) })) return;
    const took = heard - asked;
    if (fastest === 0n || took < fastest) fastest = took;
  }

  return {
    estimator,
    get fastest() {
      return fastest;
    },
    async measure(stop) {
      for (let times = 0; times < BURST && !stop.aborted; times += 1) {
        const answered = await ask().then(
          () => true,
          () => false,
        );
        // One that does not answer will not answer eleven times more.
        if (!answered) return;
        await sleep(PAUSE_MS);
      }
    },
  };
}
