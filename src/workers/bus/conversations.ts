import type { Subscription } from "@nats-io/transport-node";
import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, createMailbox } from "../channel.ts";
import type { Bus } from "./connection.ts";
import { followStream } from "./follow.ts";
import { passingSubject, runStream, saidSubject } from "./names.ts";
import { seal, unseal } from "./seal.ts";

/** What a party of a run says to one other, and hears of it. */
export interface Party {
  /** Whose words are said here, as a part of a subject: "to.<worker>" or "from.<worker>". */
  readonly says: string;
  readonly hears: string;
  /** Shared by the two alone. */
  readonly key: Uint8Array;
  /** Resolves, with how, when the other one's lease is over. */
  readonly lapsed: Promise<string>;
}

/** All conversations of one party in one run, over one consumer of the run's stream. */
export interface Conversations {
  open<Said, Heard>(party: Party): Channel<Said, Heard>;
  close(): void;
}

const PUBLISH_MS = 1_000;
const AGAIN_MS = 250;
/** How long it is tried to tell one whose lease is over. */
const LAST_WORD_MS = 60_000;
const NUMBER_BYTES = 8;

/**
 * `hears`: one name or, with *, those of several parties. The stream keeps what is said until it is heard, in the order
 * in which it was said, and takes what is sent again for what it is by its id; so messages are sent one after the other, each until the stream has it.
 */
export async function openConversations(
  bus: Bus,
  run: string,
  hears: string,
  stop: AbortSignal,
): Promise<Conversations> {
  const listeners = new Map<string, (data: Uint8Array, subject: string) => void>();
  const early = new Map<string, Uint8Array[]>();
  const deliver = (subject: string, data: Uint8Array): void => {
    const listener = listeners.get(subject);
    if (listener !== undefined) listener(data, subject);
    else if (subject.startsWith(saidSubject(run, ""))) early.set(subject, [...(early.get(subject) ?? []), data]);
  };
  const passing: Subscription = bus.nats.subscribe(passingSubject(run, hears), {
    callback: (error, message) => {
      if (error === null) deliver(message.subject, message.data);
    },
  });
  const closed = new AbortController();
  const over = AbortSignal.any([closed.signal, stop]);
  await followStream(bus, runStream(run), saidSubject(run, hears), deliver, over);

  function open<Said, Heard>(party: Party): Channel<Said, Heard> {
    const [outSaid, outPassing] = [saidSubject(run, party.says), passingSubject(run, party.says)];
    const [inSaid, inPassing] = [saidSubject(run, party.hears), passingSubject(run, party.hears)];
    const mailbox = createMailbox<Heard>();
    const gone = Promise.withResolvers<string>();
    const ended = new AbortController();
    let [nextOut, nextIn, lastMention] = [0n, 0n, -1n];
    let queue: Promise<void> = Promise.resolve();

    /** Nothing is heard any more; the last word may still be under way. */
    let deaf = false;

    void party.lapsed.then((how) => {
      // It may be alive and only not heard of: then it must learn that nobody listens to it.
      enqueue(undefined);
      const giveUp = setTimeout(() => ended.abort(), LAST_WORD_MS);
      giveUp.unref();
      leave(how);
    });
    over.addEventListener(
      "abort",
      () => {
        ended.abort();
        leave("this side has closed the conversation");
      },
      { once: true },
    );

    function leave(how: string): void {
      deaf = true;
      gone.resolve(how);
    }

    function hearSaid(data: Uint8Array): void {
      const frame = openFrame(party.key, data, inSaid);
      // Doubled, or not of the other party: whoever else writes to the bus is not heard.
      if (deaf || frame === undefined || frame.number < nextIn) return;
      if (frame.number > nextIn) {
        ended.abort();
        leave(`message ${nextIn} was lost on the bus`);
        return;
      }
      nextIn += 1n;
      if (frame.body === undefined) {
        leave("it has left");
        ended.abort();
      } else mailbox.put(frame.body as Heard);
    }

    listeners.set(inSaid, hearSaid);
    listeners.set(inPassing, (data) => {
      const frame = openFrame(party.key, data, inPassing);
      if (deaf || frame?.body === undefined || frame.number <= lastMention) return;
      lastMention = frame.number;
      mailbox.put(frame.body as Heard);
    });
    for (const data of early.get(inSaid) ?? []) hearSaid(data);
    early.delete(inSaid);

    /** Sent again until the stream has it: an id that it knows already is not kept twice. */
    async function publish(number: bigint, body: unknown): Promise<void> {
      const data = sealFrame(party.key, number, body, outSaid);
      const msgID = `${party.says} ${number}`;
      while (!ended.signal.aborted) {
        const done = await bus.js.publish(outSaid, data, { msgID, timeout: PUBLISH_MS }).catch(() => undefined);
        if (done !== undefined) return;
        await sleep(AGAIN_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }

    function enqueue(body: unknown): void {
      const number = nextOut;
      nextOut += 1n;
      queue = queue.then(() => publish(number, body));
    }

    let mentioned = 0n;
    return {
      say(message) {
        if (!deaf) enqueue(message);
      },
      mention(message) {
        if (deaf || bus.nats.isClosed()) return;
        bus.nats.publish(outPassing, sealFrame(party.key, mentioned, message, outPassing));
        mentioned += 1n;
      },
      hear: (listener) => mailbox.hear(listener),
      gone: gone.promise,
      flush: () => queue,
      async close() {
        if (!deaf) enqueue(undefined);
        leave("this side has closed the conversation");
        await queue;
        ended.abort();
        listeners.delete(inSaid);
        listeners.delete(inPassing);
      },
    };
  }

  return {
    open,
    close() {
      closed.abort();
      passing.unsubscribe();
    },
  };
}

interface Frame {
  readonly number: bigint;
  /** Undefined: the last one, that the other party has left. */
  readonly body: unknown;
}

/** The number in clear, and sealed under it: what was said cannot be said again later. */
function sealFrame(key: Uint8Array, number: bigint, body: unknown, subject: string): Uint8Array {
  const head = Buffer.alloc(NUMBER_BYTES);
  head.writeBigUInt64BE(number);
  const text = body === undefined ? "" : JSON.stringify(body);
  return Buffer.concat([head, seal(key, Buffer.from(text), `${subject} ${number}`)]);
}

function openFrame(key: Uint8Array, data: Uint8Array, subject: string): Frame | undefined {
  if (data.length < NUMBER_BYTES) return undefined;
  const number = Buffer.from(data.buffer, data.byteOffset, NUMBER_BYTES).readBigUInt64BE();
  const plain = unseal(key, data.subarray(NUMBER_BYTES), `${subject} ${number}`);
  if (plain === undefined) return undefined;
  return { number, body: plain.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(plain)) };
}
