import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A resolver that is not there must not keep a run waiting. */
const PATIENCE_MS = 2_000;

/** Both families of this machine itself lead to one server. */
export const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && (/^(?:::1|0:0:0:0:0:0:0:1)(?:%.*)?$/.test(address) || /^(?:::ffff:)?127\./i.test(address));

/** Whether a host is this machine and nothing else: all of its addresses are. One that nobody can resolve is not. */
export async function leadsToLoopback(host: string, resolve: Resolve = lookupAll): Promise<boolean> {
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host];
  return addresses.length > 0 && addresses.every(isLoopback);
}

type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;

/** The addresses of a host name where it has more than one: all load goes to one of them. Empty too where nobody can tell. */
export async function severalAddresses(host: string, resolve: Resolve = lookupAll): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [];
  const addresses = await addressesOf(host, resolve);
  return addresses.length < 2 || addresses.every(isLoopback) ? [] : addresses;
}

const lookupAll: Resolve = (name) => lookup(name, { all: true });

/** None where nobody can tell. */
async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  const done = new AbortController();
  const late = sleep(PATIENCE_MS, [], { signal: done.signal }).catch(() => []);
  // What is wrong with a name is said by the devices that are to be connected there.
  const found = await Promise.race([resolve(host).catch(() => []), late]);
  done.abort();
  return found.map(({ address }) => address);
}

const SHOWN = 3;

/** What that means for a load. */
export function severalText(host: string, addresses: readonly string[]): string {
  const more = addresses.length > SHOWN ? `, and ${addresses.length - SHOWN} more` : "";
  const shown = addresses.slice(0, SHOWN).join(", ");
  return `${host} is ${shown}${more}: all load goes to the first that answers, and to another without a word if that one fails`;
}
