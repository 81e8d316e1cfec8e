import { createHash } from "node:crypto";
import type { Plan, Target } from "../model/plan.ts";

/**
 * SHA-256 (hex) over what decides what is asked of the server: not where it is, not who asks, nor what is judged
 * afterwards. Two runs with the same hash may be compared.
 */
export function hashPlan(plan: Omit<Plan, "hash">): string {
  const { provisioning, fleet, groups, phases, maxInFlight, rollCall, background, timeouts, target } = plan;
  const asked = {
    strategy: provisioning.strategy,
    target: spokenTo(target),
    fleet,
    ...(groups === undefined ? {} : { groups: groups.map((each) => spokenTo(each.target)) }),
    phases,
    maxInFlight,
    rollCall,
    timeouts,
    // Whose devices they are does not matter; without any, hashes are what they were.
    ...(background === undefined
      ? {}
      : { background: { ...background, run: undefined, folder: undefined, made: undefined } }),
  };
  return createHash("sha256").update(canonical(asked)).digest("hex");
}

function spokenTo({ transport, mqttVersion, payload, tls }: Target): object {
  return { transport, mqttVersion, payload, tls: tls !== undefined };
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
