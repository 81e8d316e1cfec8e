import type { Snapshot } from "../model/snapshot.ts";
import type { TempoChange } from "../model/tempo.ts";
import { us } from "../model/units.ts";
import { createBarrierBoard, type Release } from "./barrier-board.ts";
import type { GeneratorEnd, GeneratorHandle, SpawnGenerator } from "./generator-handle.ts";
import { describeFailure, type GeneratorInit, type GeneratorMessage } from "./protocol.ts";

/** A generator that has not ended so long after an abort is stuck, and killed. */
const ABORT_GRACE_MS = 15_000;

/** From an instant to one that is agreed upon, so that the message arrives before the time it names. */
export interface Margins {
  /** From the last "ready" to time 0. */
  readonly startMs: number;
  /** From the last arrival at a barrier. */
  readonly goUs: number;
}

const ON_ONE_MACHINE: Margins = { startMs: 100, goUs: 20_000 };

/** A generator under load reads its messages later than one that waits at a barrier. */
const TEMPO_MARGINS = 10;

export interface PoolTime {
  /** Nanoseconds on this machine's monotonic clock: process.hrtime.bigint. */
  monotonic(): bigint;
  /** Milliseconds since 1970. */
  wall(): number;
}

/** What a generator's handle passes on. */
export interface Hears {
  onMessage(message: GeneratorMessage): void;
  /** A line of its standard error. */
  onErrorOutput(line: string): void;
}

export interface PoolOptions {
  readonly count: number;
  readonly open: (index: number, hears: Hears) => GeneratorHandle;
  readonly margins: () => Margins;
  /** What happens to the others: when one dies without a word, and when one fails and says why. */
  readonly onLost: "go-on" | "stop";
  readonly onFailed: "go-on" | "stop";
  readonly time: PoolTime;
  onSnapshot(snapshot: Snapshot): void;
  /** That generator is gone before its end: nothing more will be heard of it. */
  onGone?: ((index: number) => void) | undefined;
  /** Something that a person should read: a generator died, or wrote to its standard error. */
  onNote(text: string): void;
}

interface GeneratorsOptions extends Pick<PoolOptions, "count" | "time" | "onSnapshot" | "onGone" | "onNote"> {
  readonly spawn: SpawnGenerator;
  readonly init: Omit<GeneratorInit, "shard">;
}

export interface GeneratorPool {
  /** By index; resolves when every process is gone. Never rejects. */
  readonly done: Promise<readonly GeneratorEnd[]>;
  readonly pids: readonly (number | undefined)[];
  /** No new arrivals; what is in flight ends, then the roll is called. */
  drain(): void;
  /** From an instant on that all can still agree upon, open load passes so many times as fast as planned; gives it, or undefined before the start. */
  changeTempo(speed: number): TempoChange | undefined;
  /** Stop everything, write what there is. A process that does not obey is killed. */
  abort(): void;
  /** For the self-test: no event loop turns for so long. */
  block(ms: number): void;
  /** SIGKILL to all that live, for a parent that will not wait. */
  kill(): void;
}

/** One process on this machine for each shard. What stops one (a full disk, a bug) will not spare the others. */
export function startGenerators({ spawn, init, ...options }: GeneratorsOptions): GeneratorPool {
  const { count } = options;
  return startPool({
    ...options,
    margins: () => ON_ONE_MACHINE,
    onLost: "go-on",
    onFailed: "stop",
    open: (index, hears) => spawn({ index, init: { ...init, shard: { index, count } }, ...hears }),
  });
}

/**
 * Runs one generator for each shard, wherever it is. All start at one agreed time once every living one is ready, and
 * wait for each other at barriers. One that dies is noted and blocks nobody; whether the others go on without it, or
 * stop as after a drain, is for the options to say.
 */
export function startPool(options: PoolOptions): GeneratorPool {
  const { count, time } = options;
  const board = createBarrierBoard(count);
  const starting = new Set(Array.from({ length: count }, (_, index) => index));
  let epoch: bigint | undefined;

  const startIfReady = (): void => {
    if (starting.size > 0 || epoch !== undefined) return;
    const { startMs } = options.margins();
    epoch = time.monotonic() + BigInt(Math.ceil(startMs)) * 1_000_000n;
    const startedAt = new Date(time.wall() + Math.ceil(startMs)).toISOString();
    for (const handle of handles) handle.send({ kind: "start", epoch: epoch.toString(), startedAt });
  };

  const release = (releases: readonly Release[]): void => {
    if (epoch === undefined) return;
    const now = Number((time.monotonic() - epoch) / 1_000n);
    const at = us(Math.max(0, now + Math.ceil(options.margins().goUs)));
    for (const { stage, members } of releases) {
      for (const member of members) handles[member]?.send({ kind: "go", stage, at });
    }
  };

  const leave = (index: number): void => {
    starting.delete(index);
    startIfReady();
    release(board.leave(index));
  };

  const receive = (index: number, message: GeneratorMessage): void => {
    switch (message.kind) {
      case "ready":
        starting.delete(index);
        startIfReady();
        return;
      case "arrived":
        release(board.arrive(index, message.stage));
        return;
      case "snapshot":
        options.onSnapshot(message.snapshot);
        return;
      case "note":
        options.onNote(`generator ${index}: ${message.text}`);
        return;
      case "done":
        leave(index);
        return;
      case "failed":
        options.onNote(`generator ${index} failed: ${describeFailure(message.failure)}`);
        options.onGone?.(index);
        leave(index);
        if (options.onFailed === "stop") drain();
        return;
    }
  };

  const handles = Array.from({ length: count }, (_, index) =>
    options.open(index, {
      onMessage: (message) => receive(index, message),
      onErrorOutput: (line) => options.onNote(`generator ${index}: ${line}`),
    }),
  );

  function drain(): void {
    for (const handle of handles) handle.send({ kind: "drain" });
  }

  function kill(): void {
    for (const handle of handles) handle.kill();
  }

  const ended = handles.map(async (handle, index) => {
    const end = await handle.ended;
    if (end.state === "lost") {
      options.onNote(`generator ${index} died: ${end.how}; its devices are lost to the count`);
      options.onGone?.(index);
      if (options.onLost === "stop") drain();
    }
    leave(index);
    return end;
  });

  return {
    done: Promise.all(ended),
    pids: handles.map((handle) => handle.pid),
    drain,
    changeTempo(speed) {
      if (epoch === undefined) return undefined;
      const now = Number((time.monotonic() - epoch) / 1_000n);
      const at = us(Math.max(0, now + TEMPO_MARGINS * Math.ceil(options.margins().goUs)));
      const change = { at, speed };
      for (const handle of handles) handle.send({ kind: "tempo", change });
      return change;
    },
    abort() {
      for (const handle of handles) handle.send({ kind: "abort" });
      setTimeout(kill, ABORT_GRACE_MS).unref();
    },
    block(ms) {
      for (const handle of handles) handle.send({ kind: "block", ms });
    },
    kill,
  };
}
