import type { Plan } from "../model/plan.ts";

/** Options of Node itself. */
const OF_NODE = ["--max-semi-space-size=4"] as const;

/** Options of V8, which it may drop or change: for versions of Node on which they were tried. */
const OF_V8 = ["--no-allocation-site-pretenuring", "--heap-growing-percent=25"] as const;
/** Where devices start as fast as they can. Under open load what is compiled at once, at the thousandth device, would be in the answers. */
const IN_HASTE = [
  "--invocation-count-for-maglev=100",
  "--invocation-count-for-turbofan=1000",
  "--minimum-invocations-after-ic-update=100",
] as const;
const TRIED = ["22", "24"];

/** What the Node of a plan's generator is started with (DECISIONS, "V8 is told what a generator does"). `node`: its version, as 24.1.0. */
export function engineOptions(node: string, { phases }: Pick<Plan, "phases">): readonly string[] {
  const [major = ""] = node.split(".", 1);
  if (!TRIED.includes(major)) return OF_NODE;
  const hastes = phases.every(({ shape }) => shape.kind === "closed");
  return [...OF_NODE, ...OF_V8, ...(hastes ? IN_HASTE : [])];
}
