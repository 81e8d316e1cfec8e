import { type ChooseLogins, createLoginChoice } from "../../fleet/login-choice.ts";
import { createPlaceChoice } from "../../fleet/place-choice.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import type { GroupPlan, HostPlan, LoginPlaces, Plan, Target } from "../../model/plan.ts";
import type { Login, Provisioner, Route, Routes } from "../../model/ports.ts";
import { placeName } from "../../model/target.ts";
import { type CurrentPlaces, followNames } from "../../wires/socket/follow-names.ts";
import { createResolver } from "../../wires/socket/name-server.ts";
import { byGroup, oneWay } from "./group-routes.ts";
import { loadLogins, loadProvisioners, loadSpeakers, NO_PROVISIONER } from "./wire.ts";

type RoutesPlan = Pick<
  Plan,
  "runId" | "target" | "timeouts" | "provisioning" | "fleet" | "groups" | "phases" | "rollCall"
>;

/** What a roll call needs, of a plan of which no secret is at hand. */
export type LoginRoutesPlan = Pick<Plan, "runId" | "target" | "timeouts" | "rollCall"> & {
  readonly fleet: Pick<Plan["fleet"], "seed" | "groups" | "firstSeq">;
  readonly groups?: readonly Pick<GroupPlan, "target">[];
};

/** Undefined: the plan has one place, and all devices go there. */
export async function createRoutes(plan: RoutesPlan): Promise<Routes | undefined> {
  if (plan.phases.length === 0) return createLoginRoutes(plan);
  const routesOf = async ({ target, provisioning }: Pick<GroupPlan, "target"> & Pick<Plan, "provisioning">) => {
    const { rollCall } = plan;
    const own = { ...plan, target, provisioning };
    const logins = rollCall.when === "off" ? undefined : await loadLogins(own, rollCall.hold > 0);
    return waysTo(own, rollCall.at ?? "same", await loadProvisioners(own), logins);
  };
  if (plan.groups !== undefined) return byGroup(plan.fleet, await Promise.all(plan.groups.map(routesOf)));
  return hasSeveralPlaces(plan.target) ? routesOf(plan) : undefined;
}

/** For a roll that is called again: nobody is provisioned. Undefined as above. */
export async function createLoginRoutes(plan: LoginRoutesPlan): Promise<Routes | undefined> {
  const routesOf = async ({ target }: Pick<GroupPlan, "target">) => {
    const own = { ...plan, target };
    return waysTo(own, plan.rollCall.at ?? "same", () => NO_PROVISIONER, await loadLogins(own, false));
  };
  if (plan.groups !== undefined) return byGroup(plan.fleet, await Promise.all(plan.groups.map(routesOf)));
  return hasSeveralPlaces(plan.target) ? routesOf(plan) : undefined;
}

/** For the devices of a background, of which there are no groups. Undefined as above. */
export async function createSpeakerRoutes(
  plan: LoginRoutesPlan,
  background: BackgroundPlan,
): Promise<Routes | undefined> {
  if (!hasSeveralPlaces(plan.target)) return undefined;
  return waysTo(plan, "same", () => NO_PROVISIONER, await loadSpeakers(plan, background));
}

function waysTo(
  { target, fleet }: Pick<LoginRoutesPlan, "target" | "fleet">,
  at: LoginPlaces,
  provisioners: (target: Target) => Provisioner,
  logins: ((target: Target) => Login) | undefined,
): Routes {
  return hasSeveralPlaces(target)
    ? shareOut({ target, seed: fleet.seed, at, provisioners, logins })
    : oneWay({ name: undefined, provisioner: provisioners(target), login: logins?.(target) });
}

/** Where a name server is to be followed there may be more by and by. */
function hasSeveralPlaces({ hosts = [], dns }: Target): boolean {
  return hosts.length > 1 || dns?.follow === true;
}

interface OpenRoute extends Route {
  readonly name: string;
  readonly weight: number;
  inFlight: number;
}

interface ShareOut {
  readonly target: Target;
  readonly seed: number;
  readonly at: LoginPlaces;
  readonly provisioners: (target: Target) => Provisioner;
  readonly logins: ((target: Target) => Login) | undefined;
}

function shareOut({ target, seed, at, provisioners, logins }: ShareOut): Routes {
  const given = target.hosts ?? [{ host: target.host, address: target.address, port: target.port, weight: 1 }];
  const places: CurrentPlaces =
    target.dns?.follow === true ? followNames(given, createResolver(target.dns.servers)) : () => given;
  /** All that there ever were: what was issued at one that is gone from DNS is still tried there. */
  const known = new Map<string, OpenRoute>();
  let current: Current | undefined;

  function now() {
    const of = places();
    if (current?.of === of) return current;
    const routes = of.map(routeTo);
    const spread = target.spread ?? "round-robin";
    const choose = spread === "least-in-flight" ? leastInFlight(routes) : createPlaceChoice(of, seed, spread);
    current = { of, routes, choose, chooseLogins: createLoginChoice(of, seed, at) };
    return current;
  }

  function routeTo(place: HostPlan): OpenRoute {
    const name = placeName(place);
    const open = known.get(name);
    if (open !== undefined) return open;
    const { hosts: _all, ...rest } = target;
    const own: Target = { ...rest, host: place.host, address: place.address, port: place.port };
    const route = { name, provisioner: provisioners(own), login: logins?.(own), weight: place.weight, inFlight: 0 };
    known.set(name, route);
    return route;
  }

  /** Those of now count; where the issuing place is the only one left of them, another that there was. */
  function loginsOf(seq: number, issuedAt: string | undefined): readonly OpenRoute[] {
    const { routes, chooseLogins } = now();
    const index = routes.findIndex(({ name }) => name === issuedAt);
    const gone = issuedAt === undefined || index >= 0 ? undefined : known.get(issuedAt);
    if (at === "same" && gone !== undefined) return [gone];
    const chosen = chooseLogins(seq, index < 0 ? undefined : index).flatMap((each) => routes[each] ?? []);
    if (at !== "other" || chosen[0]?.name !== issuedAt) return chosen;
    return [...known.values()].filter(({ name }) => name !== issuedAt).slice(0, 1);
  }

  return {
    take(seq, attempt) {
      const { routes, choose } = now();
      const route = routes[choose(seq, attempt)];
      if (route === undefined) throw new Error(`device ${seq} was sent to a place that is not there`);
      route.inFlight += 1;
      return route;
    },
    free({ name }) {
      const route = name === undefined ? undefined : known.get(name);
      if (route !== undefined) route.inFlight -= 1;
    },
    logins: loginsOf,
    async close() {
      const routes = [...known.values()];
      await Promise.all(routes.map((route) => Promise.all([route.provisioner.close(), route.login?.close()])));
    },
  };
}

interface Current {
  readonly of: readonly HostPlan[];
  readonly routes: readonly OpenRoute[];
  readonly choose: Choose;
  readonly chooseLogins: ChooseLogins;
}

type Choose = (seq: number, attempt: number) => number;

/** Of equals the one that was not chosen for the longest time: an idle generator goes around. */
function leastInFlight(routes: readonly OpenRoute[]): Choose {
  let turn = 0;
  return () => {
    let best = turn % routes.length;
    for (let step = 1; step < routes.length; step += 1) {
      const index = (turn + step) % routes.length;
      if (loadOf(routes[index]) < loadOf(routes[best])) best = index;
    }
    turn = best + 1;
    return best;
  };
}

function loadOf(route: OpenRoute | undefined): number {
  return route === undefined ? Infinity : route.inFlight / route.weight;
}
