import type { Shard, Sink } from "../model/ports.ts";
import { type Seq, seq } from "../model/units.ts";

/** Devices of one shard that one claim covers: one synchronous write for so many, and so many unknown after a crash. */
const BLOCK = 256;

/** Makes sure that a device is claimed in the journal before it starts; false: it cannot be, and must not start. */
export function createClaims(sink: Pick<Sink, "add" | "keepsAll">, shard: Shard): { cover(next: Seq): boolean } {
  let through = -1;
  return {
    cover(next) {
      if (next <= through) return true;
      sink.add({ kind: "claimed", through: seq(next + (BLOCK - 1) * shard.count) });
      // The abort that a full disk causes comes a moment later: until then a whole burst could start unclaimed.
      if (sink.keepsAll?.() === false) return false;
      through = next + (BLOCK - 1) * shard.count;
      return true;
    },
  };
}
