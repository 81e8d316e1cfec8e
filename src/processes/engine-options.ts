import type { Plan } from "../model/plan.ts";

// Options of Node itself.
/** Not for devices of the `mqtt` package: they leave so much that most of it would not have died when so little is full. */
const YOUNG = "--max-semi-space-size=4";
/** Threads that collect and compile beside the one that reads answers take the processor from it, where there are few. */
const ONE_HELPER = "--v8-pool-size=1";

// Options of V8, which it may drop or change: for versions of Node on which they were tried.
const NOT_MADE_OLD = "--no-allocation-site-pretenuring";
/** As `YOUNG`. */
const OLD = "--heap-growing-percent=25";
/** Where devices start as fast as they can. Under open load what is compiled at once, at the thousandth device, would be in the answers. */
const IN_HASTE = [
  "--invocation-count-for-maglev=100",
  "--invocation-count-for-turbofan=1000",
  "--minimum-invocations-after-ic-update=100",
] as const;
const TRIED = ["22", "24"];

/**
 * What the system's allocator is told (glibc's, malloc(3); others know nothing of it). Each thread of V8 has an arena of its own
 * otherwise, in which compiling leaves holes.
 */
export const ENGINE_VARIABLES = { MALLOC_ARENA_MAX: "2" } as const;

/** What the Node of a plan's generator is started with (DECISIONS, "V8 is told what a generator does"). `node`: its version, as 24.1.0. */
export function engineOptions(node: string, { phases, target }: Pick<Plan, "phases" | "target">): readonly string[] {
  const small = target.client !== "mqtt";
  const hastes = phases.every(({ shape }) => shape.kind === "closed");
  const ofNode = small ? [YOUNG, ...(hastes ? [] : [ONE_HELPER])] : [];
  const [major = ""] = node.split(".", 1);
  if (!TRIED.includes(major)) return ofNode;
  return [...ofNode, ...(small ? [OLD] : []), NOT_MADE_OLD, ...(hastes ? IN_HASTE : [])];
}
