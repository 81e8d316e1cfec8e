import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectInfo, ObjectStore } from "@nats-io/obj";
import pLimit from "p-limit";
import { reasonOf } from "../../model/error.ts";
import type { Bus } from "./connection.ts";
import { reopened } from "./follow.ts";
import { createGrownFiles, type GrownFiles, MissingBytes } from "./grown-files.ts";
import { type Piece, unpackParcel } from "./parcel.ts";
import { unseal } from "./seal.ts";
import { deleteObject } from "./stores.ts";

/** Takes parcels of results from the bus into a run's folder, as they come, and deletes what it has. */
export interface ResultFetcher extends Pick<GrownFiles, "sizes" | "whole"> {
  /** Parcels that came into the folder so far, and those that are known of and did not yet. */
  progress(): { readonly taken: number; readonly underWay: number };
  /** Looks for parcels that nobody told of. Rejects if the bus does not answer. */
  sweep(): Promise<void>;
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
/** While results are waited for and nothing comes, it is looked so often for parcels that the watch did not tell of. */
const SWEEP_MS = 2_000;

export async function fetchResults(options: FetcherOptions): Promise<ResultFetcher> {
  const { bus, store, folder } = options;
  const stopping = new AbortController();
  const files = createGrownFiles(folder, options.onTrouble);
  const seen = new Set<string>();
  /** A sweep meets the same trouble again. */
  const told = new Set<string>();
  let [taken, underWay, waiting] = [0, 0, 0];
  let sweeping = new AbortController();
  let changed = Promise.withResolvers<void>();
  const atOnce = pLimit(AT_ONCE);
  /** Aborted when it has been lost and has come back: NATS's own readers would wait up to a minute for what the old one had. */
  let connection = stopping.signal;
  let allTaken: Promise<unknown> = Promise.resolve();
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

  /**
   * What is there is listed: up to 2.9.11 nats-server takes a watch past parcels that it has not told of, where many come at
   * once. In the order of their names a sender's parcels fit together.
   */
  async function sweep(): Promise<void> {
    // One that is lost at present is not asked: a question waits for its time-out, even if there is nobody to answer.
    await bus.nats.rtt();
    const there = await store.list();
    for (const parcel of there.toSorted((a, b) => (a.name < b.name ? -1 : 1))) consider(parcel);
  }

  /** One for all who wait: each list has all that is on the bus. While parcels come, the watch is at work. */
  async function keepSweeping(over: AbortSignal): Promise<void> {
    let known = taken;
    while (!over.aborted) {
      await sleep(SWEEP_MS, undefined, { signal: over });
      if (taken === known) await sweep().catch(() => undefined);
      known = taken;
    }
  }

  function take(parcel: ObjectInfo): void {
    const { name } = parcel;
    const before = written;
    const turn = Promise.withResolvers<void>();
    written = turn.promise;
    underWay += 1;
    const taking = atOnce(async () => {
      const pieces = stopping.signal.aborted ? [] : await openParcel(parcel);
      await before;
      for (const piece of pieces) await files.append(piece);
      taken += 1;
      underWay -= 1;
      turn.resolve();
      wake();
      // One that is left goes with all that the run has on the bus.
      if (pieces.length > 0) await deleteObject(bus, parcel).catch(() => undefined);
    }).catch(async (error: unknown) => {
      // Looked at again by a sweep, when the connection has come back, or by the next collect.
      seen.delete(name);
      const text = `${name}: ${reasonOf(error)}`;
      if (!stopping.signal.aborted && !(error instanceof MissingBytes) && !told.has(text)) options.onTrouble(text);
      told.add(text);
      await before;
      underWay -= 1;
      turn.resolve();
    });
    allTaken = Promise.all([allTaken, taking]).then(() => undefined);
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
    sizes: files.sizes,
    whole: files.whole,
    progress: () => ({ taken, underWay }),
    sweep,
    async waitFor(wanted, stop) {
      const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
      waiting += 1;
      if (waiting === 1) {
        sweeping = new AbortController();
        void keepSweeping(AbortSignal.any([stopping.signal, sweeping.signal])).catch(() => undefined);
      }
      while (!stop.aborted && !wanted.every((file) => files.whole.has(file)))
        await Promise.race([changed.promise, stopped]);
      waiting -= 1;
      if (waiting === 0) sweeping.abort();
    },
    async close() {
      stopping.abort();
      await allTaken;
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
