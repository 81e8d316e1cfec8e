import { msFromUs, type Us, usFromMs } from "../model/units.ts";
import type { WatchRecord } from "../model/watch.ts";
import type { WatchSource } from "./look.ts";

export interface WatchDeps {
  readonly sources: readonly WatchSource[];
  readonly every: Us;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Milliseconds on a clock that nobody sets. */
  readonly now: () => number;
  /** Resolves early when `stop` is aborted. */
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
  /** Keeps a line; never throws. */
  readonly note: (record: WatchRecord) => void;
  /** Told to people: once for each source that does not answer. */
  readonly warn: (text: string) => void;
}

/** A single node needs a second for its own account; whoever takes longer than this is not fit to be watched. */
const LONGEST_LOOK_MS = 10_000;

/**
 * Looks at every source at once, again and again, until `stop`: the next look is due `every` after the last one began, and is
 * left out where that has not ended. What does not answer is a gap and one warning; nothing that a server says or does ends it.
 */
export async function keepWatch(deps: WatchDeps, stop: AbortSignal): Promise<void> {
  const { sources, every, note, wall } = deps;
  const at = new Date(wall()).toISOString();
  note({ version: 1, kind: "begin", at, every, sources: sources.map(({ name }) => name) });
  try {
    await Promise.all(sources.map((source) => watchOne(source, deps, stop)));
  } finally {
    await Promise.all(sources.map((source) => source.close().catch(() => undefined)));
  }
}

async function watchOne(source: WatchSource, deps: WatchDeps, stop: AbortSignal): Promise<void> {
  const { every, now, wall, note } = deps;
  const everyMs = msFromUs(every);
  let warned = false;
  for (let due = now(); !stop.aborted; due += everyMs * Math.max(1, Math.ceil((now() - due) / everyMs))) {
    await deps.pause(due - now(), stop);
    if (stop.aborted) return;
    const at = new Date(wall()).toISOString();
    const begun = now();
    const look = await source.look(AbortSignal.any([stop, AbortSignal.timeout(LONGEST_LOOK_MS)]));
    const { requests, bytes } = look;
    const facts = { version: 1, at, source: source.name, took: usFromMs(now() - begun), requests, bytes } as const;
    // A look that the end of the run cut off says nothing of the server, but that it was asked.
    if (stop.aborted && look.kind === "gap") {
      note({ ...facts, kind: "cut" });
      return;
    }
    if (look.kind === "seen") {
      note({ ...facts, kind: "look", services: look.services, leftOut: look.leftOut });
      continue;
    }
    note({ ...facts, kind: "gap", why: look.why });
    if (warned) continue;
    warned = true;
    deps.warn(
      `${source.name} does not tell how the server is: ${look.why}. The run goes on; its report has gaps there.`,
    );
  }
}
