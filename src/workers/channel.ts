/**
 * One end of a conversation with somebody who may be another process, or on another machine. What is said is heard once
 * and in order for as long as both sides live, whatever the way between them loses, delays, doubles or turns round.
 */
export interface Channel<Said, Heard> {
  /** Never throws; into the void if the other side is gone. Messages are JSON. */
  say(message: Said): void;
  /** As `say`, for what the next one makes obsolete: it may be lost on the way, but is never heard twice. */
  mention(message: Said): void;
  /** One listener; what comes before there is one waits for it. */
  hear(listener: (message: Heard) => void): void;
  /** Resolves with how, when the other side is gone and the last that it said was heard. Never rejects. */
  readonly gone: Promise<string>;
  /** Resolves when all that was said has left, or the other side is gone. */
  flush(): Promise<void>;
  /** Says no more and hears no more; the other side finds this one gone. */
  close(): Promise<void>;
}

/** Keeps what is heard before anybody listens, in order. */
export interface Mailbox<Heard> {
  put(message: Heard): void;
  hear(listener: (message: Heard) => void): void;
}

export function createMailbox<Heard>(): Mailbox<Heard> {
  let listener: ((message: Heard) => void) | undefined;
  const waiting: Heard[] = [];
  return {
    put(message) {
      if (listener === undefined) waiting.push(message);
      else listener(message);
    },
    hear(given) {
      listener = given;
      for (const message of waiting.splice(0)) given(message);
    },
  };
}
