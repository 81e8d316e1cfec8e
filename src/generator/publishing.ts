import type { BackgroundStage, MessageTally } from "../model/background.ts";
import type { Clock, HeldSession } from "../model/ports.ts";
import { type Us, us } from "../model/units.ts";
import type { Breathe } from "./breather.ts";
import { firstOf } from "./first-of.ts";
import { createMessageTallies, type Message } from "./message-tallies.ts";

export interface PublishingDeps {
  readonly clock: Clock;
  /** From one turn of a speaker to its next. */
  readonly every: Us;
  /** A message that is not acknowledged so long after it was sent has timed out. */
  readonly deadline: Us;
  readonly breathe: Breathe;
  readonly add: (tally: MessageTally) => void;
  /** Sent minus intended, of each message that is sent. */
  readonly onSent: (lateness: Us) => void;
}

/** A device that publishes when its turn comes. */
export interface Speaker {
  /** Within each round. */
  readonly turn: Us;
  /** Undefined: it has lost it. */
  session: HeldSession | undefined;
  /** Its message that is not acknowledged yet. */
  unanswered: SentMessage | undefined;
}

interface SentMessage extends Message {
  readonly sent: Us;
  readonly speaker: Speaker;
}

export interface Publishing {
  /** From `from` on messages are due in this stage. In the order of time. */
  enter(stage: BackgroundStage, from: Us): void;
  /** Publishes at each turn, the first round from `startsAt` on, until `stop`. Awaits nothing but the clock. */
  run(speakers: readonly Speaker[], startsAt: Us, stop: AbortSignal): Promise<void>;
  /** The session of a speaker is gone, and what was under way on it with it. */
  lose(speaker: Speaker): void;
  /** Waits for what is under way, and counts what `abort` cuts short. */
  land(abort: AbortSignal): Promise<void>;
}

/**
 * A device has one message under way at a time, as a client that waits for its PUBACK: if the one before is not acknowledged when its
 * turn comes, the message is dropped and counted, and its time is not made up for. A turn that comes late is late in the response time.
 */
export function createPublishing(deps: PublishingDeps): Publishing {
  const { clock, every, deadline, breathe, onSent } = deps;
  const tallies = createMessageTallies(deps.add);
  const stages: { readonly stage: BackgroundStage; readonly from: Us }[] = [];
  /** In the order in which they were sent, and so in that of their deadlines. */
  const underWay = new Set<SentMessage>();
  let landed: AbortController | undefined;

  function stageAt(time: Us): BackgroundStage {
    return (stages.findLast(({ from }) => from <= time) ?? stages[0])?.stage ?? { kind: "before" };
  }

  function takeTurn(speaker: Speaker, intended: Us): void {
    const message = { stage: stageAt(intended), intended };
    tallies.intend(message);
    if (speaker.session?.publish === undefined) return tallies.end(message, "offline");
    if (speaker.unanswered !== undefined) return tallies.end(message, "dropped");
    const sent: SentMessage = { ...message, sent: clock.now(), speaker };
    speaker.unanswered = sent;
    underWay.add(sent);
    onSent(us(sent.sent - intended));
    speaker.session.publish((refusal) => {
      if (!settle(sent)) return;
      if (refusal === undefined) tallies.answer(sent, "acknowledged", sent.sent, clock.now());
      else tallies.end(sent, "refused");
    });
  }

  /** False: it has been settled before, as a late PUBACK tells of one that has timed out. */
  function settle(message: SentMessage): boolean {
    if (!underWay.delete(message)) return false;
    message.speaker.unanswered = undefined;
    if (underWay.size === 0) landed?.abort();
    return true;
  }

  function deadlineOf(message: SentMessage | undefined): number {
    return message === undefined ? Infinity : message.sent + deadline;
  }

  const oldest = (): SentMessage | undefined => underWay.values().next().value;

  function timeOut(): void {
    const now = clock.now();
    for (let first = oldest(); first !== undefined && deadlineOf(first) <= now; first = oldest()) {
      settle(first);
      tallies.answer(first, "timedOut", first.sent, now);
    }
  }

  return {
    enter: (stage, from) => void stages.push({ stage, from }),
    async run(speakers, startsAt, stop) {
      const order = speakers.toSorted((a, b) => a.turn - b.turn);
      let [place, round] = [0, 0];
      while (!stop.aborted) {
        const speaker = order[place];
        if (speaker === undefined) return;
        const due = us(startsAt + round * every + speaker.turn);
        const wake = us(Math.min(due, deadlineOf(oldest())));
        if (clock.now() < wake) await clock.sleepUntil(wake, stop);
        else await breathe();
        if (stop.aborted) return;
        timeOut();
        tallies.pass(clock.now());
        if (clock.now() < due) continue;
        takeTurn(speaker, due);
        place = (place + 1) % order.length;
        if (place === 0) round += 1;
      }
    },
    lose(speaker) {
      speaker.session = undefined;
      const { unanswered } = speaker;
      if (unanswered !== undefined && settle(unanswered)) tallies.end(unanswered, "lost");
    },
    async land(abort) {
      landed = new AbortController();
      const either = firstOf(abort, landed.signal);
      for (let first = oldest(); first !== undefined && !abort.aborted; first = oldest()) {
        await clock.sleepUntil(us(deadlineOf(first)), either);
        timeOut();
      }
      for (const message of underWay) {
        settle(message);
        tallies.end(message, "aborted");
      }
      tallies.flush();
    },
  };
}
