import { Resolver } from "node:dns/promises";

/** Name servers, asked by DNS itself: the system's resolver does not tell how long an answer holds. */
export interface NameServer {
  /** Rejects where there is none. */
  addresses(name: string, family: 4 | 6): Promise<readonly Held[]>;
  services(name: string): Promise<readonly Service[]>;
}

export interface Held {
  readonly address: string;
  /** Seconds for which the answer may be used. */
  readonly ttl: number;
}

interface Service {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

const PATIENCE_MS = 2_000;

/** `servers`: undefined, those of the system. */
export function createResolver(servers: readonly string[] | undefined): NameServer {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    addresses: (name, family) =>
      family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true }),
    services: (name) => resolver.resolveSrv(name),
  };
}

/** Of both families, IPv6 first; a family without any is none. Rejects where neither has one. */
export async function addressesByDns(server: NameServer, name: string): Promise<readonly Held[]> {
  const [six, four] = await Promise.allSettled([server.addresses(name, 6), server.addresses(name, 4)]);
  const found = [six, four].flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  if (found.length > 0) return found;
  throw four.status === "rejected" ? four.reason : new Error("no addresses");
}
