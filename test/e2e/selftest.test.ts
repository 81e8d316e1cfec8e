import { expect, it } from "vitest";
import { rollcall } from "./rollcall.ts";

/** What a busy machine cannot spoil: counts, not times. */
it("the self-test finds lost answers in the histogram and a generator that stood still", async () => {
  const { stdout, code } = await rollcall("selftest", "--only", "lost answers", "--only", "generator blocked for 2 s")
    .finished;
  const rows = stdout.split("\n");
  expect(rows.find((row) => row.includes("time-outs in the histogram"))).toMatch(/ok\s*$/);
  expect(rows.find((row) => row.includes("p99 is the time-out"))).toMatch(/ok\s*$/);
  expect(rows.find((row) => row.includes("grade of the run"))).toMatch(/(degraded|void)\s+ok\s*$/);
  expect(code).toBe(rows.some((row) => row.endsWith("NO")) ? 5 : 0);
}, 60_000);
