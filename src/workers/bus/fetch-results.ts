import { reasonOf } from "../../model/error.ts";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectInfo, ObjectStore } from "@nats-io/obj";
import pLimit from "p-limit";
import type { Bus } from "./connection.ts";
import { reopened } from "./follow.ts";
import { type Piece, unpackParcel, type WholeFile } from "./parcel.ts";
import { unseal } from "./seal.ts";

/** Takes parcels of results from the bus into a run's folder, as they come, and deletes what it has. */
export interface ResultFetcher {
  /** Bytes of each file that are in the folder. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Those that are here to the last byte, as their digests show. */
  readonly whole: ReadonlySet<string>;
  /** Resolves when all of these are whole, or `stop` is aborted. */
  waitFor(files: readonly string[], stop: AbortSignal): Promise<void>;
  /** Resolves when what is under way is written; nothing is fetched any more. */
  close(): Promise<void>;
}

export interface FetcherOptions {
  readonly bus: Bus;
  readonly store: ObjectStore;
  readonly folder: string;
  /** Shared with this sender, which says that this is its public key; undefined: it is not known. */
  readonly keyOf: (sender: string, publicKey: string) => Uint8Array | undefined;
  /** Whether a sender of this name may bring this file. */
  readonly mayBring: (sender: string, file: string) => boolean;
  readonly onTrouble: (text: string) => void;
}

/** A parcel takes several round trips: so many are under way together, and in memory at a time. */
const AT_ONCE = 16;
/** A bus that is busy may not answer in time; one that is gone is waited for by `reopened`. */
const TRIES = 5;
const AGAIN_MS = 500;
/** While results are waited for, it is looked so often for parcels that the watch did not tell of. */
const SWEEP_MS = 2_000;

/** For the owner alone, as every file of results: rosters hold secrets, journals name devices. */
const MODE = 0o600;

/** Of an earlier parcel of the same sender, which comes later: no trouble, unless it does not come at all. */
class MissingBytes extends Error {}

interface Growing {
  size: number;
  readonly hash: ReturnType<typeof createHash>;
}

export async function fetchResults(options: FetcherOptions): Promise<ResultFetcher> {
  const { bus, store, folder } = options;
  const stopping = new AbortController();
  const growing = new Map<string, Growing>();
  const sizes = new Map<string, number>();
  const whole = new Set<string>();
  const seen = new Set<string>();
  /** A sweep meets the same trouble again. */
  const told = new Set<string>();
  let changed = Promise.withResolvers<void>();
  const atOnce = pLimit(AT_ONCE);
  /** Aborted when it has been lost and has come back: NATS's own readers would wait up to a minute for what the old one had. */
  let connection = stopping.signal;
  let underWay: Promise<unknown> = Promise.resolve();
  /** Fetched side by side, but written in the order in which they came: one file may be in several parcels, of several senders. */
  let written: Promise<void> = Promise.resolve();

  const wake = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  function consider(parcel: ObjectInfo): void {
    const { name, deleted } = parcel;
    if (stopping.signal.aborted || !name.includes("/") || deleted || seen.has(name)) return;
    seen.add(name);
    take(parcel);
  }

  /** A watch may miss a parcel where many come at once: what is there is listed. In the order of their names a sender's parcels fit together. */
  async function sweep(): Promise<void> {
    const there = await store.list();
    for (const parcel of there.toSorted((a, b) => (a.name < b.name ? -1 : 1))) consider(parcel);
  }

  /** Until `over`; one that does not come back, since the bus is gone, keeps nothing waiting. */
  async function keepSweeping(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await sleep(SWEEP_MS, undefined, { signal: over });
      await sweep().catch(() => undefined);
    }
  }

  function take(parcel: ObjectInfo): void {
    const { name } = parcel;
    const before = written;
    const turn = Promise.withResolvers<void>();
    written = turn.promise;
    const taking = atOnce(async () => {
      const pieces = stopping.signal.aborted ? [] : await openParcel(parcel);
      await before;
      for (const piece of pieces) await append(piece);
      turn.resolve();
      wake();
      // One that is left goes with all that the run has on the bus.
      if (pieces.length > 0) await store.delete(name).catch(() => undefined);
    }).catch(async (error: unknown) => {
      // Looked at again by a sweep, when the connection has come back, or by the next collect.
      seen.delete(name);
      const text = `${name}: ${reasonOf(error)}`;
      if (!stopping.signal.aborted && !(error instanceof MissingBytes) && !told.has(text)) options.onTrouble(text);
      told.add(text);
      await before;
      turn.resolve();
    });
    underWay = Promise.all([underWay, taking]).then(() => undefined);
  }

  /** Nothing of one that is gone already. */
  async function openParcel({ name, metadata }: ObjectInfo): Promise<readonly Piece[]> {
    const sealed = await getBlob(name);
    if (sealed === null) return [];
    const sender = name.split("/")[0] ?? "";
    const key = options.keyOf(sender, metadata?.["from"] ?? "");
    const packed = key === undefined ? undefined : unseal(key, sealed, name);
    if (packed === undefined) throw new Error("it was not sealed for this run by one of its workers");
    const pieces = unpackParcel(packed);
    for (const { file } of pieces) if (!options.mayBring(sender, file)) throw new Error(`${file} is not its file`);
    return pieces;
  }

  async function getBlob(name: string): Promise<Uint8Array | null> {
    for (let tries = 1; ; tries += 1) {
      const loss = watchLoss(connection);
      try {
        return await Promise.race([store.getBlob(name), loss.happened]);
      } catch (error) {
        if (tries === TRIES || stopping.signal.aborted) throw error;
        // Whoever closes does not wait for a bus that may be gone.
        await sleep(AGAIN_MS, undefined, { signal: stopping.signal });
      } finally {
        loss.forget();
      }
    }
  }

  async function append({ file, at, bytes, whole: sum }: Piece): Promise<void> {
    const path = join(folder, file);
    const own = growing.get(file) ?? (await resume(path));
    growing.set(file, own);
    if (at > own.size) throw new MissingBytes(`bytes ${own.size} to ${at} of ${file} are missing`);
    const fresh = bytes.subarray(Math.min(bytes.length, own.size - at));
    if (fresh.length > 0) {
      const target = await open(path, "a", MODE);
      try {
        await target.appendFile(fresh);
      } finally {
        await target.close();
      }
      own.hash.update(fresh);
      own.size += fresh.length;
      sizes.set(file, own.size);
    }
    if (sum !== undefined) checkWhole(file, own, sum);
  }

  function checkWhole(file: string, own: Growing, sum: WholeFile): void {
    if (own.size === sum.bytes && own.hash.copy().digest("hex") === sum.sha256) whole.add(file);
    else if (own.size >= sum.bytes) options.onTrouble(`${file} is not what its worker has: its digest differs`);
  }

  await reopened(
    bus,
    async (over) => {
      connection = over;
      const parcels = await store.watch({ includeHistory: true, ignoreDeletes: true });
      over.addEventListener("abort", () => parcels.stop(), { once: true });
      void (async () => {
        for await (const parcel of parcels) {
          if (over.aborted) return;
          consider(parcel);
        }
      })().catch(() => undefined);
    },
    stopping.signal,
  );

  return {
    sizes,
    whole,
    async waitFor(files, stop) {
      const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
      const over = new AbortController();
      void keepSweeping(AbortSignal.any([stop, stopping.signal, over.signal])).catch(() => undefined);
      while (!stop.aborted && !files.every((file) => whole.has(file))) await Promise.race([changed.promise, stopped]);
      over.abort();
    },
    async close() {
      stopping.abort();
      await underWay;
    },
  };
}

/** Rejects when the connection is lost; nothing of the watch stays behind when it is forgotten. */
function watchLoss(connection: AbortSignal): { readonly happened: Promise<never>; readonly forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const lost = (): void => reject(new Error("the connection was lost"));
  connection.addEventListener("abort", lost, { once: true });
  return { happened: promise, forget: () => connection.removeEventListener("abort", lost) };
}

/** A file that is there already, from a fetch that was interrupted. */
async function resume(path: string): Promise<Growing> {
  const hash = createHash("sha256");
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0) for await (const chunk of createReadStream(path, { end: size - 1 })) hash.update(chunk as Buffer);
  return { size, hash };
}
