import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Piece, WholeFile } from "./parcel.ts";

/** Files of a folder that grow by pieces from elsewhere, each at its end. */
export interface GrownFiles {
  /** Bytes of each file that are in the folder. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Those that are here to the last byte, as their digests show. */
  readonly whole: ReadonlySet<string>;
  /** One after the other; what is there already is left out. Rejects with MissingBytes where something comes before it. */
  append(piece: Piece): Promise<void>;
}

/** Of an earlier parcel of the same sender, which comes later: no trouble, unless it does not come at all. */
export class MissingBytes extends Error {}

/** For the owner alone, as every file of results: rosters hold secrets, journals name devices. */
const MODE = 0o600;

interface Growing {
  size: number;
  readonly hash: ReturnType<typeof createHash>;
}

export function createGrownFiles(folder: string, onTrouble: (text: string) => void): GrownFiles {
  const growing = new Map<string, Growing>();
  const sizes = new Map<string, number>();
  const whole = new Set<string>();

  function checkWhole(file: string, own: Growing, sum: WholeFile): void {
    if (own.size === sum.bytes && own.hash.copy().digest("hex") === sum.sha256) whole.add(file);
    else if (own.size >= sum.bytes) onTrouble(`${file} is not what its worker has: its digest differs`);
  }

  return {
    sizes,
    whole,
    async append({ file, at, bytes, whole: sum }) {
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
    },
  };
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
