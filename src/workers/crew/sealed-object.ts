import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { ObjectStore } from "@nats-io/obj";
import { seal, unseal } from "../bus/seal.ts";

/** A list of a million names is 20 MB, a roster of a million devices 250 MB. */
const LIMIT_BYTES = 1_024 * 1_024 * 1_024;

/** An object of a run under a name, sealed with a key that its readers are given apart. */
export interface SealedPlace {
  readonly store: ObjectStore;
  readonly key: Uint8Array;
  readonly run: string;
}

export async function putSealed({ store, key, run }: SealedPlace, name: string, text: string): Promise<void> {
  await store.putBlob({ name }, seal(key, zstdCompressSync(text), `${name} ${run}`));
}

export async function getSealed({ store, key, run }: SealedPlace, name: string): Promise<Buffer> {
  const sealed = await store.getBlob(name);
  const packed = sealed === null ? undefined : unseal(key, sealed, `${name} ${run}`);
  if (packed === undefined) throw new Error(`${name} is not on the bus, or not sealed for this worker`);
  return zstdDecompressSync(packed, { maxOutputLength: LIMIT_BYTES });
}
