import type { Outcome, RollCallEntry } from "../model/outcome.ts";
import type { AddressSummary } from "../model/run-facts.ts";

interface Counts {
  devices: number;
  failed: number;
  logins: number;
}

/** Devices and logins by the address that they were connected to. */
export type AddressTally = Map<string, Counts>;

/** Of more, which no load balancer has, the rest is not told apart. */
const MOST_ADDRESSES = 50;
const OTHERS = "others";

export function addAddress(tally: AddressTally, { peer, result, misbehaviour }: Outcome): void {
  if (peer === undefined) return;
  const failed = result.state === "failed" && misbehaviour === undefined ? 1 : 0;
  addTo(tally, peer, { devices: 1, failed, logins: 0 });
}

export function addLoginAddress(tally: AddressTally, { peer, verdict }: RollCallEntry): void {
  if (peer !== undefined && verdict.state !== "uncalled") addTo(tally, peer, { devices: 0, failed: 0, logins: 1 });
}

export function mergeAddresses(into: AddressTally, from: AddressTally): void {
  for (const [address, counts] of from) addTo(into, address, counts);
}

/** Undefined: no journal says. The most devices first. */
export function addressesOf(tally: AddressTally): readonly AddressSummary[] | undefined {
  if (tally.size === 0) return undefined;
  const sorted = [...tally]
    .map(([address, counts]) => ({ address, ...counts }))
    .sort((a, b) => b.devices - a.devices || b.logins - a.logins || (a.address < b.address ? -1 : 1));
  const rest = sorted.slice(MOST_ADDRESSES);
  const sum = (of: (each: Counts) => number): number => rest.reduce((all, each) => all + of(each), 0);
  const others = {
    address: OTHERS,
    devices: sum(({ devices }) => devices),
    failed: sum(({ failed }) => failed),
    logins: sum(({ logins }) => logins),
  };
  const shown = rest.length === 0 ? sorted : [...sorted.slice(0, MOST_ADDRESSES), others];
  // Journals of 0.2.0 have the addresses of devices alone.
  if (shown.every(({ logins }) => logins === 0)) {
    return shown.map(({ address, devices, failed }) => ({ address, devices, failed }));
  }
  return shown;
}

function addTo(tally: AddressTally, address: string, { devices, failed, logins }: Counts): void {
  const known = tally.get(address);
  if (known === undefined) {
    tally.set(address, { devices, failed, logins });
  } else {
    known.devices += devices;
    known.failed += failed;
    known.logins += logins;
  }
}
