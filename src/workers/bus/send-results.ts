import { reasonOf } from "../../model/error.ts";
import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "@nats-io/obj";
import { packParcel, PARCEL_BYTES, type Piece, type WholeFile } from "./parcel.ts";
import { seal } from "./seal.ts";

/** Sends files that grow on to the coordinator, sealed and compressed. */
export interface ResultSender {
  /** Sends all that is left, until it is on the bus; gives what each file came to. Rejects if `stop` is aborted first. */
  finish(stop: AbortSignal): Promise<ReadonlyMap<string, WholeFile>>;
}

export interface SenderOptions {
  readonly store: () => Promise<ObjectStore>;
  readonly folder: string;
  /** So often what has grown is sent; milliseconds. */
  readonly every: number;
  /** Names of files; those with rosters first: nobody may be in a journal and not in the roster. */
  readonly files: readonly string[];
  /** Unique to this sender: parts of the names of its parcels. */
  readonly sender: string;
  readonly publicKey: string;
  readonly key: Uint8Array;
  /** How much of each the coordinator has already; default: nothing. */
  readonly from?: ReadonlyMap<string, number>;
  readonly onTrouble: (reason: string) => void;
}

const AGAIN_MS = 1_000;
const READ_BYTES = 1_024 * 1_024;
/** For the line in front of a parcel. */
const HEAD_BYTES = 64 * 1_024;
const NEWLINE = 10;

interface Growing {
  readonly file: string;
  readonly hash: ReturnType<typeof createHash>;
  sent: number;
}

/** Begins to send every few seconds, until `finish`. */
export function sendResults(options: SenderOptions, stop: AbortSignal): ResultSender {
  const growing = options.files.map((file): Growing => ({ file, hash: createHash("sha256"), sent: 0 }));
  const finishing = new AbortController();
  // Read into and packed in the same memory again and again: new one for each parcel makes the collector go through all there is.
  const contents = Buffer.allocUnsafeSlow(PARCEL_BYTES);
  const packing = Buffer.allocUnsafeSlow(HEAD_BYTES + PARCEL_BYTES);
  let parcels = 0;
  let troubled = false;

  async function put(pieces: readonly Piece[], until: AbortSignal): Promise<void> {
    const name = `${options.sender}/${String(parcels).padStart(8, "0")}`;
    parcels += 1;
    const sealed = seal(options.key, packParcel(pieces, packing), name);
    for (;;) {
      until.throwIfAborted();
      try {
        await (await options.store()).putBlob({ name, metadata: { from: options.publicKey } }, sealed);
        troubled = false;
        return;
      } catch (error) {
        if (!troubled && !until.aborted) options.onTrouble(reasonOf(error));
        troubled = true;
        await sleep(AGAIN_MS, undefined, { signal: until });
      }
    }
  }

  /** Whole lines of what is there now; of all when `last`. */
  async function sendWhatIsThere(last: boolean, until: AbortSignal): Promise<void> {
    // The size of the journals is looked at before any roster is read.
    const sizes = await Promise.all(growing.map(({ file }) => sizeOf(join(options.folder, file))));
    const rosters = growing.map((each, index) => ({
      each,
      size: each.file.startsWith("roster") ? Infinity : (sizes[index] ?? 0),
    }));
    let pieces: Piece[] = [];
    let filled = 0;
    const room = (): Buffer => contents.subarray(filled, filled + READ_BYTES);
    for (const { each, size } of rosters.toSorted((a, b) => b.size - a.size)) {
      for await (const bytes of readFrom(join(options.folder, each.file), each.sent, size, last, room)) {
        const begin = options.from?.get(each.file) ?? 0;
        each.hash.update(bytes);
        const skip = Math.max(0, begin - each.sent);
        if (skip < bytes.length) {
          pieces.push({ file: each.file, at: each.sent + skip, bytes: bytes.subarray(skip) });
          filled += bytes.length;
        }
        each.sent += bytes.length;
        if (filled < PARCEL_BYTES - READ_BYTES) continue;
        await put(pieces, until);
        [pieces, filled] = [[], 0];
      }
      if (last) pieces.push({ file: each.file, at: each.sent, bytes: new Uint8Array(), whole: wholeOf(each) });
    }
    if (pieces.length > 0) await put(pieces, until);
  }

  const growingOn = (async () => {
    const over = AbortSignal.any([finishing.signal, stop]);
    while (!over.aborted) {
      await sleep(options.every, undefined, { signal: over }).catch(() => undefined);
      // A parcel that has been begun is brought to its end, or its pieces would be missing.
      if (!over.aborted) await sendWhatIsThere(false, stop).catch(() => undefined);
    }
  })();

  return {
    async finish(until) {
      finishing.abort();
      await growingOn;
      await sendWhatIsThere(true, until);
      return new Map(growing.map((each) => [each.file, wholeOf(each)]));
    },
  };
}

function wholeOf({ sent, hash }: Growing): WholeFile {
  return { bytes: sent, sha256: hash.copy().digest("hex") };
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** In parts that fit into the `room` for each; up to the last newline, or with `all` to the end. Nothing of a file that is not there. */
async function* readFrom(
  path: string,
  from: number,
  to: number,
  all: boolean,
  room: () => Buffer,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return;
  try {
    for (let at = from; at < to;) {
      const chunk = room();
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, to - at), at);
      if (bytesRead === 0) return;
      const bytes = chunk.subarray(0, bytesRead);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      // A line longer than a part goes as it is.
      const whole = all || (end === 0 && bytesRead === chunk.length) ? bytes : bytes.subarray(0, end);
      if (whole.length === 0) return;
      yield whole;
      at += whole.length;
    }
  } finally {
    await file.close();
  }
}
