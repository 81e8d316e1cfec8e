import type { Snapshot } from "../model/snapshot.ts";
import { us } from "../model/units.ts";
import { createBarrierBoard, type Release } from "./barrier-board.ts";
import { type GeneratorEnd, spawnGenerator } from "./generator-handle.ts";
import { describeFailure, type GeneratorInit, type GeneratorMessage } from "./protocol.ts";

/** From the last "ready" to time 0, so that the message arrives before the time it names. */
const START_MARGIN_MS = 100;
/** The same from the last arrival at a barrier. */
const GO_MARGIN_US = 20_000;
/** A generator that has not ended so long after an abort is stuck, and killed. */
const ABORT_GRACE_MS = 15_000;

interface GeneratorsOptions {
  readonly count: number;
  /** The module that a generator's process runs; it talks through `connectToParent`. */
  readonly entry: URL;
  readonly init: Omit<GeneratorInit, "shard">;
  /** Node's own flags; none by default. */
  readonly execArgv?: readonly string[];
  readonly time: {
    /** Nanoseconds on the clock shared by all processes: process.hrtime.bigint. */
    monotonic(): bigint;
    /** Milliseconds since 1970. */
    wall(): number;
  };
  onSnapshot(snapshot: Snapshot): void;
  /** Something that a person should read: a generator died, or wrote to its standard error. */
  onNote(text: string): void;
}

export interface GeneratorPool {
  /** By index; resolves when every process is gone. Never rejects. */
  readonly done: Promise<readonly GeneratorEnd[]>;
  readonly pids: readonly (number | undefined)[];
  /** No new arrivals; what is in flight ends, then the roll is called. */
  drain(): void;
  /** Stop everything, write what there is. A process that does not obey is killed. */
  abort(): void;
  /** For the self-test: no event loop turns for so long. */
  block(ms: number): void;
  /** SIGKILL to all that live, for a parent that will not wait. */
  kill(): void;
}

/**
 * Runs one process for each shard. All start at one agreed time once every living one is ready, and wait for each
 * other at barriers. One that dies is noted and blocks nobody; one that fails and says why stops the others as a drain
 * does, because what stopped it (a full disk, a bug) will not spare them.
 */
export function startGenerators(options: GeneratorsOptions): GeneratorPool {
  const { count, time } = options;
  const board = createBarrierBoard(count);
  const starting = new Set(Array.from({ length: count }, (_, index) => index));
  let epoch: bigint | undefined;

  const startIfReady = (): void => {
    if (starting.size > 0 || epoch !== undefined) return;
    epoch = time.monotonic() + BigInt(START_MARGIN_MS) * 1_000_000n;
    const startedAt = new Date(time.wall() + START_MARGIN_MS).toISOString();
    for (const handle of handles) handle.send({ kind: "start", epoch: epoch.toString(), startedAt });
  };

  const release = (releases: readonly Release[]): void => {
    if (epoch === undefined) return;
    const now = Number((time.monotonic() - epoch) / 1_000n);
    const at = us(Math.max(0, now + GO_MARGIN_US));
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
        leave(index);
        drain();
        return;
    }
  };

  const handles = Array.from({ length: count }, (_, index) =>
    spawnGenerator({
      index,
      entry: options.entry,
      execArgv: options.execArgv ?? [],
      init: { ...options.init, shard: { index, count } },
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
    if (end.state === "lost") options.onNote(`generator ${index} died: ${end.how}; its devices are lost to the count`);
    leave(index);
    return end;
  });

  return {
    done: Promise.all(ended),
    pids: handles.map((handle) => handle.pid),
    drain,
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
