import type { ClockReading } from "../model/clock-reading.ts";
import type { Barrier, Clock } from "../model/ports.ts";
import { unsealSecrets } from "../model/secret.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { TempoChange } from "../model/tempo.ts";
import type { Us } from "../model/units.ts";
import { type Channel, createMailbox } from "./channel.ts";
import { failureOf, type GeneratorInit, type GeneratorMessage, type ParentMessage, type Start } from "./protocol.ts";

/** A generator's side of the conversation. When the parent is gone `stops` say abort, and nothing that was sent is missed. */
export interface ParentLink {
  readonly init: Promise<GeneratorInit>;
  /** An abort is a drain as well. A parent that is gone aborts. */
  readonly stops: { readonly drain: AbortSignal; readonly abort: AbortSignal };
  /** Says that everything is built; resolves with the agreed time 0. Rejects if the parent is gone. */
  ready(): Promise<Start>;
  createBarrier(clock: Clock): Barrier;
  /** What to do when the self-test wants this event loop blocked; nothing unless told. */
  onBlock(block: (ms: number) => void): void;
  /** On a worker: what to do with each reading of its clock against the coordinator's. */
  onClock(read: (reading: ClockReading) => void): void;
  /** What to do when open load is to pass faster, slower or not at all. */
  onTempo(read: (change: TempoChange) => void): void;
  snapshot(snapshot: Snapshot): void;
  note(text: string): void;
  /** The last word, resolved when it has left (or the parent has). */
  done(state: "complete" | "interrupted"): Promise<void>;
  failed(error: unknown): Promise<void>;
}

export function connectToParent(channel: Channel<GeneratorMessage, ParentMessage>): ParentLink {
  const drain = new AbortController();
  const abort = new AbortController();
  const init = Promise.withResolvers<GeneratorInit>();
  const start = Promise.withResolvers<Start>();
  /** Stages awaited, each with what lets it through. */
  const awaited = new Map<string, (at: Us) => void>();
  let block: (ms: number) => void = () => undefined;
  const readings = createMailbox<ClockReading>();
  const tempos = createMailbox<TempoChange>();

  const stopAll = (): void => {
    drain.abort();
    abort.abort();
  };

  void channel.gone.then(() => {
    start.reject(new Error("The parent process is gone."));
    stopAll();
  });
  // Nobody may be waiting for the start when the parent goes.
  start.promise.catch(() => undefined);

  channel.hear((message) => {
    switch (message.kind) {
      case "init":
        init.resolve(unsealSecrets(message.sealed) as GeneratorInit);
        return;
      case "start":
        start.resolve({ epoch: BigInt(message.epoch), startedAt: message.startedAt });
        return;
      case "go":
        awaited.get(message.stage)?.(message.at);
        return;
      case "clock":
        readings.put(message.reading);
        return;
      case "tempo":
        tempos.put(message.change);
        return;
      case "drain":
        drain.abort();
        return;
      case "abort":
        stopAll();
        return;
      case "block":
        block(message.ms);
        return;
    }
  });

  const lastWord = async (message: GeneratorMessage): Promise<void> => {
    channel.say(message);
    await channel.flush();
  };

  return {
    init: init.promise,
    stops: { drain: drain.signal, abort: abort.signal },
    ready() {
      channel.say({ kind: "ready" });
      return start.promise;
    },
    createBarrier: (clock) => ({
      arrive: (stage, stop) =>
        new Promise<Us>((resolve) => {
          const pass = (at: Us): void => {
            awaited.delete(stage);
            stop.removeEventListener("abort", give);
            resolve(at);
          };
          const give = (): void => pass(clock.now());
          // Announced even when stopped already: the others may be waiting for this generator.
          channel.say({ kind: "arrived", stage });
          if (stop.aborted) {
            resolve(clock.now());
            return;
          }
          awaited.set(stage, pass);
          stop.addEventListener("abort", give, { once: true });
        }),
    }),
    onBlock(given) {
      block = given;
    },
    onClock: (read) => readings.hear(read),
    onTempo: (read) => tempos.hear(read),
    snapshot: (snapshot) => channel.mention({ kind: "snapshot", snapshot }),
    note: (text) => channel.say({ kind: "note", text }),
    done: (state) => lastWord({ kind: "done", state }),
    failed: (error) => lastWord({ kind: "failed", failure: failureOf(error) }),
  };
}
