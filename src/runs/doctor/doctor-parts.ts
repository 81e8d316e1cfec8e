import type { Admin, Plan } from "../../model/plan.ts";
import { createNames } from "../../fleet/names.ts";
import { createGroupOf } from "../../model/group-of.ts";
import { seq } from "../../model/units.ts";
import type { TenantAccess } from "../server/tenants.ts";
import { sampleNames } from "./sample.ts";

/** What is examined by itself: a fleet without groups, or each of its groups as a fleet that goes its own way. */
export interface DoctorPart {
  /** Undefined: there are no groups. */
  readonly group: string | undefined;
  /** Its load is that of the whole run. */
  readonly plan: Plan;
  /** Names of its devices to look up. */
  readonly names: readonly string[];
  /** Of its tenant; undefined: nobody can ask. */
  readonly admin: Admin | undefined;
  /** Of the run's devices, those that come to its tenant: 1 is all. */
  readonly ofTenant: number;
}

export function partsOf(plan: Plan, tenants: readonly TenantAccess[]): readonly DoctorPart[] {
  const { groups, ...whole } = plan;
  const kinds = plan.fleet.groups ?? [];
  if (groups === undefined) {
    return [{ group: undefined, plan, names: sampleNames(plan), admin: tenants[0]?.access, ofTenant: 1 }];
  }
  const { groups: _kinds, ...fleet } = plan.fleet;
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  return groups.map(({ name, target, provisioning }, index): DoctorPart => {
    const tenant = tenants.find((each) => each.groups.includes(index));
    const own = kinds.filter((_, kind) => tenant?.groups.includes(kind) ?? true);
    return {
      group: name,
      plan: { ...whole, target, provisioning, fleet: { ...fleet, mix: kinds[index]?.mix ?? fleet.mix } },
      names: namesOfGroup(plan, index),
      admin: tenant?.access,
      ofTenant: own.reduce((sum, { count }) => sum + count, 0) / total,
    };
  });
}

/** Of its first device, one in the middle and its last; none where the server makes names. */
function namesOfGroup({ fleet, prefix }: Plan, index: number): readonly string[] {
  const name = createNames(fleet, prefix);
  if (fleet.groups?.[index]?.count === 0) return [];
  const groupOf = createGroupOf(fleet);
  const nearest = (from: number, step: 1 | -1): number | undefined => {
    for (let at = from; at >= 0 && at < fleet.count; at += step) if (groupOf(at) === index) return at;
    return undefined;
  };
  const sampled = [nearest(0, 1), nearest(Math.floor(fleet.count / 2), 1), nearest(fleet.count - 1, -1)];
  const names = sampled.flatMap((each) => (each === undefined ? [] : (name(seq(each)) ?? [])));
  return [...new Set(names)].filter((each) => each.trim() !== "");
}
