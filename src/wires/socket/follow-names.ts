import { isIP } from "node:net";
import { performance } from "node:perf_hooks";
import type { HostPlan } from "../../model/plan.ts";
import type { NameServer } from "./name-server.ts";

/** The places there are now. Never waits: while a name is being looked up, its places are those it had. */
export type CurrentPlaces = () => readonly HostPlan[];

/** An answer that may not be kept at all would be asked for with each device. */
const SHORTEST_MS = 1_000;
/** After a name server that did not answer. */
const AGAIN_MS = 5_000;

/**
 * Keeps places up to date with their names' answers, each for as long as its time to live says. Addresses stay of the family
 * that was found before the load.
 */
export function followNames(
  places: readonly HostPlan[],
  server: NameServer,
  now: () => number = () => performance.now(),
): CurrentPlaces {
  const names = [...Map.groupBy(places, ({ host, port }) => `${host} ${port}`).values()].flatMap(
    (list: readonly HostPlan[]) => {
      const [first] = list;
      const weight = list.reduce((sum, each) => sum + each.weight, 0);
      return first === undefined ? [] : [{ ...first, weight, list, until: 0, asking: false }];
    },
  );
  let all = places;

  async function ask(entry: (typeof names)[number]): Promise<void> {
    entry.asking = true;
    try {
      const { host, port, weight, address = "" } = entry;
      const held = await server.addresses(host, isIP(address) === 6 ? 6 : 4);
      const addresses = [...new Set(held.map((each) => each.address))].toSorted();
      if (addresses.length > 0) {
        entry.list = addresses.map((each) => ({ host, address: each, port, weight: weight / addresses.length }));
        all = names.flatMap(({ list }) => list);
      }
      entry.until = now() + Math.max(SHORTEST_MS, Math.min(...held.map(({ ttl }) => ttl)) * 1_000);
    } catch {
      // What was known goes on being used; devices tell if it is no longer true.
      entry.until = now() + AGAIN_MS;
    } finally {
      entry.asking = false;
    }
  }

  return () => {
    for (const entry of names) {
      if (entry.address !== undefined && !entry.asking && now() >= entry.until) void ask(entry);
    }
    return all;
  };
}
