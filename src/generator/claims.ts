import type { Shard, Sink } from "../model/ports.ts";
import { type Seq, seq } from "../model/units.ts";

/** Devices of one shard that one claim covers: one synchronous write for so many, and so many unknown after a crash. */
const BLOCK = 256;

/** Makes sure that a device is claimed in the journal before it starts. */
export function createClaims(sink: Sink, shard: Shard): { cover(next: Seq): void } {
  let through = -1;
  return {
    cover(next) {
      if (next <= through) return;
      through = next + (BLOCK - 1) * shard.count;
      sink.add({ kind: "claimed", through: seq(through) });
    },
  };
}
