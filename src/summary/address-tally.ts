import type { Outcome } from "../model/outcome.ts";
import type { AddressSummary } from "../model/run-facts.ts";

/** Devices by the address that they were connected to. */
export type AddressTally = Map<string, { devices: number; failed: number }>;

/** Of more, which no load balancer has, the rest is not told apart. */
const MOST_ADDRESSES = 50;
const OTHERS = "others";

export function addAddress(tally: AddressTally, { peer, result, misbehaviour }: Outcome): void {
  if (peer === undefined) return;
  const failed = result.state === "failed" && misbehaviour === undefined ? 1 : 0;
  addTo(tally, peer, { devices: 1, failed });
}

export function mergeAddresses(into: AddressTally, from: AddressTally): void {
  for (const [address, counts] of from) addTo(into, address, counts);
}

/** Undefined: no journal says. The most devices first. */
export function addressesOf(tally: AddressTally): readonly AddressSummary[] | undefined {
  if (tally.size === 0) return undefined;
  const sorted = [...tally]
    .map(([address, counts]) => ({ address, ...counts }))
    .sort((a, b) => b.devices - a.devices || (a.address < b.address ? -1 : 1));
  const rest = sorted.slice(MOST_ADDRESSES);
  if (rest.length === 0) return sorted;
  const sum = (of: (each: AddressSummary) => number): number => rest.reduce((all, each) => all + of(each), 0);
  const others = { address: OTHERS, devices: sum(({ devices }) => devices), failed: sum(({ failed }) => failed) };
  return [...sorted.slice(0, MOST_ADDRESSES), others];
}

function addTo(tally: AddressTally, address: string, { devices, failed }: { devices: number; failed: number }): void {
  const known = tally.get(address);
  if (known === undefined) {
    tally.set(address, { devices, failed });
  } else {
    known.devices += devices;
    known.failed += failed;
  }
}
