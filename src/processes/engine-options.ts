/** Options of Node itself. */
const OF_NODE = ["--max-semi-space-size=4"] as const;

/** Options of V8, which it may drop or change: for versions of Node on which they were tried. */
const OF_V8 = [
  "--no-allocation-site-pretenuring",
  "--heap-growing-percent=25",
  "--invocation-count-for-maglev=100",
  "--invocation-count-for-turbofan=1000",
  "--minimum-invocations-after-ic-update=100",
] as const;
const TRIED = ["22", "24"];

/** What a generator's Node is started with (DECISIONS, "V8 is told what a generator does"). `node`: its version, as 24.1.0. */
export function engineOptions(node: string): readonly string[] {
  const [major = ""] = node.split(".", 1);
  return TRIED.includes(major) ? [...OF_NODE, ...OF_V8] : OF_NODE;
}
