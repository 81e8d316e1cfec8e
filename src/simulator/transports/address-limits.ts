import type { Timers } from "../timing/timers.ts";

/** Shuts out an address after wrong MQTT logins in a row (RLS:160-227): its connections are dropped when they are accepted. */
export interface AddressLimits {
  /** Undefined limits need no addresses. */
  readonly limited: boolean;
  blocks(address: string): boolean;
  admitted(address: string): void;
  refused(address: string): void;
}

export interface AddressLimitsOptions {
  /** 0: no limit. */
  readonly wrongLoginsPerAddress: number;
  readonly addressBlockMs: number;
}

export function createAddressLimits(options: AddressLimitsOptions, timers: Timers): AddressLimits {
  const { wrongLoginsPerAddress: most, addressBlockMs } = options;
  if (most === 0) return { limited: false, blocks: () => false, admitted: () => undefined, refused: () => undefined };
  const wrong = new Map<string, { readonly count: number; readonly last: number }>();
  return {
    limited: true,
    blocks(address) {
      const known = wrong.get(address);
      return known !== undefined && known.count >= most && timers.now() < known.last + addressBlockMs;
    },
    admitted: (address) => void wrong.delete(address),
    refused: (address) => void wrong.set(address, { count: (wrong.get(address)?.count ?? 0) + 1, last: timers.now() }),
  };
}
