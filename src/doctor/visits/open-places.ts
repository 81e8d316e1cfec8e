import { placeName } from "../../model/target.ts";
import type { Target } from "../../model/plan.ts";
import type { PlaceVisit } from "../examination.ts";
import { openPort } from "./open-port.ts";

/** Each of several places, at once; none where there is one, or where UDP would not tell. */
export async function openPlaces(
  { hosts = [], transport }: Target,
  connectMs: number,
  now: () => number,
  stop: AbortSignal,
): Promise<readonly PlaceVisit[]> {
  if (transport === "coap") return [];
  return Promise.all(
    hosts.map(async (place) => {
      const { host, address = host, port } = place;
      return { name: placeName(place), port: await openPort({ host: address, port }, connectMs, now, stop) };
    }),
  );
}
