import type { RetryPlan } from "../model/retry-plan.ts";
import { type AttemptFacts, type Outcome, RETRIED_KINDS } from "../model/outcome.ts";
import { type Us, us } from "../model/units.ts";
import { createBackoff } from "../schedule/backoff.ts";
import type { Waits } from "./backing-off.ts";

/** What the devices of a shard do after a failure. */
export interface Retrying {
  readonly waits: Waits;
  /** When the next attempt is due; undefined: there is none. */
  after(facts: AttemptFacts, ended: Pick<Outcome, "seq" | "result" | "ended" | "misbehaviour">): Us | undefined;
}

export function createRetrying(retry: RetryPlan, seed: number, waits: Waits): Retrying {
  const backoff = createBackoff(retry, seed);
  return {
    waits,
    after({ number }, { seq, result, ended, misbehaviour }) {
      // One that misbehaves on purpose does it once: what it is owed is judged by its first answer.
      if (number >= retry.attempts || misbehaviour !== undefined) return undefined;
      if (result.state !== "failed" || !RETRIED_KINDS.includes(result.kind)) return undefined;
      return us(ended + backoff(seq, number));
    },
  };
}

export function firstTry(intended: Us, started: Us): AttemptFacts {
  return { number: 1, intended, started, unanswered: [] };
}

export function nextTry({ number, unanswered }: AttemptFacts, intended: Us, started: Us): AttemptFacts {
  return { number: number + 1, intended, started, unanswered };
}

/** The outcome of a device that waited for an attempt which was not made: a stop is no result, the limit of devices in flight is none of its doing. */
export function cutShort(outcome: Outcome, facts: AttemptFacts, cut: "stopped" | "in-flight-cap", now: Us): Outcome {
  const attempt = { ...facts, cut };
  const unknown = facts.unanswered.length > 0;
  return cut === "stopped"
    ? { ...outcome, attempt, ended: now, result: { state: "aborted", unknown } }
    : { ...outcome, attempt, ended: now };
}
