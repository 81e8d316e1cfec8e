import type { Issued } from "../../model/entry.ts";
import { rosterLine } from "../../record/roster-line.ts";
import { getSealed, putSealed, type SealedPlace } from "./sealed-object.ts";

/** The devices that each generator is to call, where a roll of an earlier run is called again. */

interface CalledRoll {
  readonly issued: AsyncIterable<Issued>;
  /** How many `issued` gives. */
  readonly total: number;
  readonly generators: number;
}

/** Each generator's part, one after the other: one part is in memory at a time. */
export async function putCalled(place: SealedPlace, { issued, total, generators }: CalledRoll): Promise<void> {
  const size = Math.max(1, Math.ceil(total / generators));
  let lines: string[] = [];
  let shard = 0;
  const put = async (): Promise<void> => {
    await putSealed(place, nameOf(shard), lines.map((line) => `${line}\n`).join(""));
    lines = [];
  };
  for await (const each of issued) {
    lines.push(rosterLine(each));
    if (lines.length < size || shard === generators - 1) continue;
    await put();
    shard += 1;
  }
  for (; shard < generators; shard += 1) await put();
}

/** Lines of a roster. */
export function getCalled(place: SealedPlace, shard: number): Promise<Buffer> {
  return getSealed(place, nameOf(shard));
}

const nameOf = (shard: number): string => `called-${shard}`;
