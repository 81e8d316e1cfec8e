import { RollcallError } from "../../model/error.ts";
import type { HostPlan, LoginPlaces, Plan, Target } from "../../model/plan.ts";
import { hostAndPort, isPort, readPlace, targetsOf, urlsOfPlan, withTargets } from "../../model/target.ts";
import { findPlaces, placesText } from "../../wires/socket/find-places.ts";
import { severalAddresses, severalText } from "../../wires/socket/several-addresses.ts";
import { hostsOf } from "./load-scenario.ts";

/** What a command line says of where devices go, instead of what a scenario or a recorded plan does. */
export interface Elsewhere {
  /** One host, or several with commas between. */
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** The target with every place that its names lead to now, and what its user should know of that. Throws RollcallError "places". */
export async function lookUpPlaces(
  target: Target,
): Promise<{ readonly target: Target; readonly warnings: readonly string[] }> {
  const found = await findPlaces(target);
  const text = placesText(found) ?? (found === target ? await oneByOne(target) : undefined);
  return { target: found, warnings: text === undefined ? [] : [text] };
}

/** The same for all that a plan's devices are sent to. */
export async function lookUpAll(plan: Plan): Promise<{ readonly plan: Plan; readonly warnings: readonly string[] }> {
  const found = await Promise.all(targetsOf(plan).map(lookUpPlaces));
  return {
    plan: withTargets(
      plan,
      found.map(({ target }) => target),
    ),
    warnings: [...new Set(found.flatMap(({ warnings }) => warnings))],
  };
}

/** Of a name what it leads to is known only now. Throws RollcallError "one-place". */
export function requireSeveral({ hosts, host }: Target, at: LoginPlaces | undefined): void {
  if (at === undefined || at === "same" || (hosts ?? []).length > 1) return;
  const where = at === "other" ? "at another address than the one that issued" : "at each of several addresses";
  throw new RollcallError(
    "one-place",
    `The roll call is to be ${where}, and there is one only: ${host}.`,
    "Name several: target.hosts, or --host a,b; or leave rollCall.at (of verify: --at) out.",
  );
}

/** A name with one address of each family: which of them is measured is up to the connection. */
async function oneByOne({ host, hosts }: Target): Promise<string | undefined> {
  const addresses = hosts === undefined ? await severalAddresses(host) : [];
  return addresses.length === 0 ? undefined : severalText(host, addresses);
}

/** The target of an earlier plan, to be looked up again: names may lead elsewhere now. Throws RollcallError "usage". */
export function targetElsewhere(target: Target, { host, port }: Elsewhere): Target {
  const { hosts, address: _before, srv, ...rest } = target;
  if (host !== undefined) {
    const [first = host, ...others] = hostsOf(host);
    const own = port ?? target.port;
    const list = [first, ...others].map((each): HostPlan => ({ ...readPlace(each, own), weight: 1 }));
    return { ...rest, ...placed(list, { host: first, port: own }) };
  }
  if (srv !== undefined && port === undefined) return { ...rest, srv };
  const named = [...Map.groupBy(hosts ?? [], (place) => `${place.host} ${place.port}`).values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    const weight = list.reduce((sum, each) => sum + each.weight, 0);
    return [{ host: first.host, port: port ?? first.port, weight }];
  });
  return { ...rest, ...placed(named, { host: target.host, port: port ?? target.port }) };
}

/** The same of all that devices were sent to. Groups have an address each, which no one command line can say: throws RollcallError "usage". */
export function targetsElsewhere(plan: Parameters<typeof targetsOf>[0], elsewhere: Elsewhere): readonly Target[] {
  if (plan.groups !== undefined && (elsewhere.host !== undefined || elsewhere.port !== undefined)) {
    throw eachItsOwn(plan, "--host and --port");
  }
  return targetsOf(plan).map((target) => targetElsewhere(target, elsewhere));
}

/** `leaveOut`: the options that say where all devices are. */
export function eachItsOwn(plan: Parameters<typeof urlsOfPlan>[0], leaveOut: string): RollcallError {
  return new RollcallError(
    "usage",
    `The devices of this run are of groups, each with an address of its own: ${urlsOfPlan(plan)}.`,
    `Leave ${leaveOut} out.`,
  );
}

/** The same places as a command line would name them. */
export function elsewhereOf({ host, port, hosts }: Target): Elsewhere {
  if (hosts === undefined) return { host, port };
  const names = hosts.map((each) => hostAndPort(each.host, each.port));
  return { host: [...new Set(names)].join(","), port };
}

function placed(
  list: readonly HostPlan[],
  only: Pick<HostPlan, "host" | "port">,
): Pick<Target, "host" | "port" | "hosts"> {
  const { host, port } = list[0] ?? only;
  const wrong = [only, ...list].find((each) => !isPort(each.port))?.port;
  if (wrong !== undefined) {
    throw new RollcallError("usage", `${wrong} is not a port.`, "A port is a whole number from 1 to 65535.");
  }
  return { host, port, ...(list.length < 2 ? {} : { hosts: list }) };
}
