import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A resolver that is not there must not keep a run waiting. */
const PATIENCE_MS = 2_000;

/** Both families of this machine itself lead to one server. */
export const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");

type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;

/** The addresses of a host name where it has more than one: all load goes to one of them. Empty too where nobody can tell. */
export async function severalAddresses(
  host: string,
  resolve: Resolve = (name) => lookup(name, { all: true }),
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [];
  const done = new AbortController();
  const late = sleep(PATIENCE_MS, [], { signal: done.signal }).catch(() => []);
  // What is wrong with a name is said by the devices that are to be connected there.
  const found = await Promise.race([resolve(host).catch(() => []), late]);
  done.abort();
  const addresses = found.map(({ address }) => address);
  return addresses.length < 2 || addresses.every(isLoopback) ? [] : addresses;
}

const SHOWN = 3;

/** What that means for a load. */
export function severalText(host: string, addresses: readonly string[]): string {
  const more = addresses.length > SHOWN ? `, and ${addresses.length - SHOWN} more` : "";
  const shown = addresses.slice(0, SHOWN).join(", ");
  return `${host} is ${shown}${more}: all load goes to the first that answers, and to another without a word if that one fails`;
}
