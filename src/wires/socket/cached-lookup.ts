import { type LookupAddress, lookup, type LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { performance } from "node:perf_hooks";
import { callbackify } from "node:util";

/** How long an answer is used: k6's default is of this order, and a target that moves is found again. */
const LIFETIME_MS = 60_000;

type Resolve = (
  host: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up once a minute instead of once a connection: the system's resolver runs on four threads, and under
 * load the queue before them would count as the target's time to connect. Failures are not kept.
 */
export function createCachedLookup(
  resolve: Resolve = lookup,
  now: () => number = () => performance.now(),
): LookupFunction {
  const known = new Map<string, { readonly addresses: Promise<LookupAddress[]>; readonly until: number }>();

  function addressesOf(host: string, options: LookupOptions): Promise<LookupAddress[]> {
    const key = `${host} ${options.family ?? 0} ${options.hints ?? 0}`;
    const entry = known.get(key);
    if (entry !== undefined && now() < entry.until) return entry.addresses;
    const addresses = new Promise<LookupAddress[]>((found, failed) => {
      resolve(host, { ...options, all: true }, (error, list) => (error === null ? found(list) : failed(error)));
    });
    known.set(key, { addresses, until: now() + LIFETIME_MS });
    addresses.catch(() => known.delete(key));
    return addresses;
  }

  const find = callbackify(addressesOf);
  return (host, options, callback) => {
    // On a failure there are no addresses at all.
    find(host, options, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[] | undefined) => {
      const first = addresses?.[0];
      if (options.all === true || first === undefined) callback(error, addresses ?? []);
      else callback(error, first.address, first.family);
    });
  };
}
