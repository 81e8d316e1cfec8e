import { createGroupOf } from "../../model/group-of.ts";
import type { FleetPlan } from "../../model/plan.ts";
import type { Route, Routes } from "../../model/ports.ts";

/** All devices go one way. */
export function oneWay(route: Route): Routes {
  return {
    take: () => route,
    free: () => undefined,
    logins: () => [route],
    async close() {
      await Promise.all([route.provisioner.close(), route.login?.close()]);
    },
  };
}

/** Each device goes the ways of its group, in whose order they are given. */
export function byGroup(fleet: Pick<FleetPlan, "groups" | "seed" | "firstSeq">, ways: readonly Routes[]): Routes {
  const groupOf = createGroupOf(fleet);
  /** A group has a few routes, and they stay. */
  const owners = new Map<Route, Routes>();
  const waysOf = (seq: number): Routes => {
    const own = ways[groupOf(seq) ?? 0];
    if (own === undefined) throw new Error(`device ${seq} is of a group that goes nowhere`);
    return own;
  };
  return {
    take(seq, attempt) {
      const own = waysOf(seq);
      const route = own.take(seq, attempt);
      if (!owners.has(route)) owners.set(route, own);
      return route;
    },
    free(route) {
      owners.get(route)?.free(route);
    },
    logins: (seq, issuedAt) => waysOf(seq).logins(seq, issuedAt),
    async close() {
      await Promise.all(ways.map((own) => own.close()));
    },
  };
}
