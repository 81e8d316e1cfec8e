import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { ObjectStore } from "@nats-io/obj";
import type { Issued } from "../../model/entry.ts";
import { rosterLine } from "../../record/roster.ts";
import { seal, unseal } from "../bus/seal.ts";

/** The devices that each generator is to call, where a roll of an earlier run is called again. */

/** A million devices for one generator are 250 MB. */
const LIMIT_BYTES = 1_024 * 1_024 * 1_024;

interface CalledRoll {
  readonly run: string;
  readonly issued: AsyncIterable<Issued>;
  /** How many `issued` gives. */
  readonly total: number;
  readonly generators: number;
}

/** Each generator's part, one after the other, sealed with the plan's key: one part is in memory at a time. */
export async function putCalled(store: ObjectStore, key: Uint8Array, roll: CalledRoll): Promise<void> {
  const { run, total, generators } = roll;
  const size = Math.max(1, Math.ceil(total / generators));
  let lines: string[] = [];
  let shard = 0;
  const put = async (): Promise<void> => {
    const text = zstdCompressSync(lines.map((line) => `${line}\n`).join(""));
    await store.putBlob({ name: nameOf(shard) }, seal(key, text, `${nameOf(shard)} ${run}`));
    lines = [];
  };
  for await (const each of roll.issued) {
    lines.push(rosterLine(each));
    if (lines.length < size || shard === generators - 1) continue;
    await put();
    shard += 1;
  }
  for (; shard < generators; shard += 1) await put();
}

/** Lines of a roster. */
export async function getCalled(store: ObjectStore, key: Uint8Array, run: string, shard: number): Promise<Buffer> {
  const sealed = await store.getBlob(nameOf(shard));
  const packed = sealed === null ? undefined : unseal(key, sealed, `${nameOf(shard)} ${run}`);
  if (packed === undefined) throw new Error("the roll is not on the bus, or not sealed for this worker");
  return zstdDecompressSync(packed, { maxOutputLength: LIMIT_BYTES });
}

const nameOf = (shard: number): string => `called-${shard}`;
