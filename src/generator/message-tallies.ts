import type { BackgroundStage, MessageEnd, MessageTally, MessageTimes } from "../model/background.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";

/** A message that was due. */
export interface Message {
  readonly stage: BackgroundStage;
  readonly intended: Us;
}

/** Counts messages by the second and stage in which they were due, and hands each second on when it is over. */
export interface MessageTallies {
  intend(message: Message): void;
  answer(message: Message, how: "acknowledged" | "timedOut", sent: Us, now: Us): void;
  end(message: Message, how: MessageEnd): void;
  /** Hands on what there is, at most once a second. */
  pass(now: Us): void;
  /** Hands on the rest. */
  flush(): void;
}

interface Counting {
  readonly stage: BackgroundStage;
  readonly second: number;
  intended: number;
  readonly acknowledged: Times;
  readonly timedOut: Times;
  readonly ended: Partial<Record<MessageEnd, number>>;
}

type Times = { readonly [Key in keyof MessageTimes]: Us[] };

/** What ends after its second was handed on is handed on with a later one, and adds up. */
export function createMessageTallies(add: (tally: MessageTally) => void): MessageTallies {
  const counting = new Map<string, Counting>();
  let passed = -Infinity;

  function countingOf({ stage, intended }: Message): Counting {
    const second = secondOf(intended);
    const key = `${stage.kind} ${stage.kind === "load" ? stage.phase : 0} ${second}`;
    let found = counting.get(key);
    if (found === undefined) {
      found = { stage, second, intended: 0, acknowledged: noTimes(), timedOut: noTimes(), ended: {} };
      counting.set(key, found);
    }
    return found;
  }

  function flush(): void {
    for (const tally of counting.values()) add(tally);
    counting.clear();
  }

  return {
    intend(message) {
      countingOf(message).intended += 1;
    },
    answer(message, how, sent, now) {
      const times = countingOf(message)[how];
      times.roundTrips.push(us(now - sent));
      times.responseTimes.push(us(now - message.intended));
    },
    end(message, how) {
      const { ended } = countingOf(message);
      ended[how] = (ended[how] ?? 0) + 1;
    },
    pass(now) {
      if (secondOf(now) <= passed) return;
      passed = secondOf(now);
      flush();
    },
    flush,
  };
}

const noTimes = (): Times => ({ roundTrips: [], responseTimes: [] });

const secondOf = (time: Us): number => Math.floor(secondsFromUs(time));
