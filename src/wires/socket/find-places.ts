import { lookup } from "node:dns/promises";
import { connect, isIP } from "node:net";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { HostPlan, Target } from "../../model/plan.ts";
import { isLoopback } from "./several-addresses.ts";
import { addressesByDns, createResolver, type NameServer } from "./name-server.ts";

/** What is asked of the network, so that a test can answer. */
export interface Network {
  /** Addresses in the order in which the system would try them. */
  readonly lookUp: (host: string) => Promise<readonly string[]>;
  readonly nameServer: (servers: readonly string[] | undefined) => NameServer;
  /** Whether somebody listens there. */
  readonly answers: (address: string, port: number) => Promise<boolean>;
}

/** Longer than a handshake around the world, and no wait that anybody minds. */
const PROBE_MS = 1_500;
const LOOKUP_MS = 5_000;

/**
 * The target with all places that its names lead to, so that every generator, on whatever machine, sends one device to one
 * address. A name with one address of each family stays a name: that is what `localhost` is. Of one with several, those of the
 * family that answers are taken; one of them that does not answer is no less a place, and its devices will tell. Throws
 * RollcallError "places" where a name server that was asked for by the scenario knows nothing.
 */
export async function findPlaces(target: Target, network: Network = NETWORK): Promise<Target> {
  const { dns, srv } = target;
  const server = dns === undefined && srv === undefined ? undefined : network.nameServer(dns?.servers);
  const named =
    srv === undefined
      ? (target.hosts ?? [{ host: target.host, port: target.port, weight: 1 }])
      : await records(srv, server);
  const found = await Promise.all(named.map((place) => addressesOf(place, target, network, dns && server)));
  const places = found.flat();
  const [first] = places;
  if (first === undefined || (places.length === 1 && srv === undefined && first.address === undefined)) return target;
  const { host, address, port } = first;
  // One name keeps being called by it.
  const head = { ...target, host, port, ...(address === undefined ? {} : { address }) };
  return places.length === 1 ? head : { ...head, hosts: places };
}

async function records(name: string, server: NameServer | undefined): Promise<readonly HostPlan[]> {
  const found = await server?.services(name).catch((error: unknown) => nothingFound(name, reasonOf(error)));
  const first = Math.min(...(found ?? []).map(({ priority }) => priority));
  const places = (found ?? [])
    .filter(({ priority }) => priority === first)
    // RFC 2782: of weight 0 is one that is hardly to be chosen, beside others; alone it is all there is.
    .map(({ name: host, port, weight }) => ({ host, port, weight: Math.max(1, weight) }));
  if (places.length === 0) return nothingFound(name, "it has no SRV records");
  return places.toSorted((a, b) => (a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1));
}

/** The places of one entry: itself, or one for each address of its name. */
async function addressesOf(
  place: HostPlan,
  { transport }: Target,
  { lookUp, answers }: Network,
  server: NameServer | undefined,
): Promise<readonly HostPlan[]> {
  const { host, port, weight } = place;
  if (isIP(host) !== 0 || host.includes("%")) return [place];
  const all =
    server === undefined
      ? await lookUp(host).catch(() => [])
      : await addressesByDns(server, host).then(
          (found) => found.map(({ address }) => address),
          (error: unknown) => nothingFound(host, reasonOf(error)),
        );
  const families = [6, 4]
    .map((family) => all.filter((address) => isIP(address) === family))
    .filter((list) => list.length > 0);
  if (server === undefined && families.every((list) => list.length < 2)) return [place];
  const ordered = families.toSorted((a, b) => all.indexOf(a[0] ?? "") - all.indexOf(b[0] ?? ""));
  const chosen = await answeringFamily(ordered, transport === "coap" ? undefined : (address) => answers(address, port));
  // Its own resolver may give them in another order each time.
  const sorted = [...new Set(chosen)].toSorted();
  if (server === undefined && sorted.length < 2) return [place];
  return sorted.map((address) => ({ host, address, port, weight: weight / sorted.length }));
}

/** Over UDP nobody answers a probe: then it is IPv4, as a socket for a name is. */
async function answeringFamily(
  families: readonly (readonly string[])[],
  answers: ((address: string) => Promise<boolean>) | undefined,
): Promise<readonly string[]> {
  const [first = []] = families;
  if (families.length < 2) return first;
  if (answers === undefined) return families.find(([address = ""]) => isIP(address) === 4) ?? first;
  for (const family of families) {
    const heard = await Promise.all(family.map(answers));
    if (heard.includes(true)) return family;
  }
  return first;
}

function nothingFound(name: string, why: string): never {
  throw new RollcallError(
    "places",
    `The name servers know no address of ${name}: ${why}.`,
    "Check target.host, target.hosts or target.srv, and target.dns.servers.",
  );
}

const NETWORK: Network = {
  async lookUp(host) {
    const found = await Promise.race([lookup(host, { all: true }), late(LOOKUP_MS)]);
    return found.map(({ address }) => address);
  },
  nameServer: createResolver,
  answers: (address, port) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port, timeout: PROBE_MS });
      const end = (answered: boolean): void => {
        socket.destroy();
        resolve(answered);
      };
      socket.once("connect", () => end(true));
      socket.once("timeout", () => end(false));
      socket.once("error", () => end(false));
    }),
};

function late(ms: number): Promise<never[]> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, []).unref();
  });
}

/** "tb is 10.0.0.1, 10.0.0.2: devices go to each in turn"; undefined: no name led to several. */
export function placesText({ hosts = [], spread }: Target): string | undefined {
  const names = [...new Set(hosts.filter(({ address }) => address !== undefined).map(({ host }) => host))];
  const each = names.flatMap((name) => {
    const own = hosts
      .filter(({ host, address }) => host === name && address !== undefined)
      .map(({ address = "" }) => address);
    if (own.length < 2 || own.every(isLoopback)) return [];
    const more = own.length > SHOWN ? `, and ${own.length - SHOWN} more` : "";
    return [`${name} is ${own.slice(0, SHOWN).join(", ")}${more}`];
  });
  if (each.length === 0) return undefined;
  return `${each.join("; ")}: devices are shared out to all of them, ${spread ?? "round-robin"}`;
}

const SHOWN = 3;
