import type { Plan } from "../../model/plan.ts";
import { targetsOf, withTargets } from "../../model/target.ts";
import type { World } from "../world.ts";
import { createAuthority } from "./aimed.ts";
import { optionsFor, portOf } from "./simulator-options.ts";

const AT_ONCE = { version: undefined, preset: "instant", faults: [] } as const;

/** A simulator of this machine's own that answers a plan at once, and the plan aimed at it, until disposed of. */
export async function startResponder(
  { children }: Pick<World, "children">,
  plan: Plan,
): Promise<Disposable & { readonly plan: Plan }> {
  using started = new DisposableStack();
  const authority = targetsOf(plan).some(({ tls }) => tls !== undefined)
    ? started.use(await createAuthority())
    : undefined;
  const simulator = started.use(await children.startSimulator(optionsFor(plan, AT_ONCE, authority?.identity)));
  const targets = targetsOf(plan).map((target) => ({
    ...target,
    host: "127.0.0.1",
    port: portOf(simulator.ports, target),
    tls: target.tls === undefined ? undefined : { caFile: authority?.file, serverName: undefined, insecure: false },
  }));
  const all = started.move();
  return { plan: withTargets(plan, targets), [Symbol.dispose]: () => all.dispose() };
}
