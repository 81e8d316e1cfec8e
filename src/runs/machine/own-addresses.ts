import { isIP } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { RollcallError } from "../../model/error.ts";
import type { Target } from "../../model/plan.ts";

type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, "address" | "family" | "internal">[] | undefined>
>;

/**
 * The target with local addresses that this machine has: of a list those that are its own, as a list may be for several
 * machines; of "auto" all but loopback, of the target's family where that is known. Throws RollcallError "source-address".
 */
export function withOwnAddresses(target: Target, interfaces: Interfaces = networkInterfaces()): Target {
  const { from, host } = target;
  if (from === undefined) return target;
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  const family = isIP(host) === 6 ? "IPv6" : "IPv4";
  const own =
    from === "auto"
      ? all.filter((each) => !each.internal && each.family === family).map(({ address }) => address)
      : from.filter((address) => isLoopback(address) || all.some((each) => each.address === address));
  if (own.length > 0) return { ...target, from: own };
  throw new RollcallError(
    "source-address",
    from === "auto"
      ? `target.from: auto: this machine has no ${family} address but loopback.`
      : `target.from: ${from.join(", ")}: this machine has none of these addresses.`,
    "See its addresses with `ip address`, and name some of them; add one with: sudo ip address add 10.0.0.12/24 dev eth0.",
  );
}

/** Linux has all of 127.0.0.0/8, whatever its interfaces say. */
function isLoopback(address: string): boolean {
  return isIP(address) === 4 && address.startsWith("127.");
}

/** How many times a range of local ports there is. */
export function sourcesOf(target: Target): number {
  const { from } = withOwnAddresses(target);
  return from === undefined || from === "auto" ? 1 : new Set(from).size;
}
