import type { Issued } from "../../model/entry.ts";
import { rosterLine } from "../../record/roster-line.ts";
import { getSealed, putSealed, type SealedPlace } from "./sealed-object.ts";

/** The devices of a background, dealt out to the generators in turn: each has those that it would have on one machine. */
export async function putBackground(place: SealedPlace, devices: readonly Issued[], generators: number): Promise<void> {
  const parts = Array.from({ length: generators }, (): string[] => []);
  for (const [index, device] of devices.entries()) parts[index % generators]?.push(`${rosterLine(device)}\n`);
  for (const [shard, lines] of parts.entries()) await putSealed(place, nameOf(shard), lines.join(""));
}

/** Lines of a roster, in the order of the background. */
export function getBackground(place: SealedPlace, shard: number): Promise<Buffer> {
  return getSealed(place, nameOf(shard));
}

const nameOf = (shard: number): string => `background-${shard}`;
