import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawFrame } from "../../../src/live/frame.ts";
import type { LiveFigures } from "../../../src/model/live.ts";
import { displayWidth } from "../../../src/writing/text-width.ts";
import { us } from "../../../src/model/units.ts";
import { anyText } from "../../support/any-text.ts";
import { times } from "../../support/times.ts";

const count = fc.nat(100_000_000);
const time = fc.nat(600_000_000).map(us);
const quantiles = fc.record({
  p50: fc.option(time, { nil: null }),
  p95: fc.option(time, { nil: null }),
  p99: fc.option(time, { nil: null }),
});
const figures: fc.Arbitrary<LiveFigures> = fc.record({
  at: fc.integer({ min: -5_000_000, max: 2_000_000_000 }).map(us),
  stage: fc.oneof(
    fc.record({ kind: fc.constant("load" as const), phase: fc.nat(9) }),
    ...(["waiting", "roll-call", "hold", "done"] as const).map((kind) => fc.constant({ kind })),
  ),
  stageText: anyText(),
  devices: count,
  planned: count,
  started: count,
  inFlight: count,
  outcomes: fc.record({ provisioned: count, rejected: count, failed: count, aborted: count, dropped: count }),
  verdicts: fc.record({ connected: count, refused: count, unreachable: count }),
  held: count,
  rate: fc.record({
    planned: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: null }),
    achieved: fc.double({ min: 0, max: 1e5, noNaN: true }),
  }),
  lastSecond: quantiles,
  run: quantiles,
  health: fc.record({
    grade: fc.constantFrom("valid" as const, "degraded" as const, "void" as const),
    worst: anyText(),
  }),
  remaining: fc.option(time, { nil: null }),
});

describe("any figures", () => {
  it("fit a terminal of any size, coloured or not", () => {
    fc.assert(
      fc.property(
        figures,
        fc.integer({ min: 12, max: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(
          fc.record({ rate: fc.double({ min: 0, max: 1e5, noNaN: true }), p99: fc.option(time, { nil: null }) }),
        ),
        (live, width, height, trend) => {
          const lines = drawFrame(live, { color: false, width, height, trend });
          expect(lines.length).toBeLessThanOrEqual(height);
          expect(lines.filter((line) => displayWidth(line) > width || /[\p{Cc}\p{Cf}]/u.test(line))).toEqual([]);
          const colored = drawFrame(live, { color: true, width, height, trend });
          expect(colored.map(stripVTControlCharacters)).toEqual(lines);
        },
      ),
      { numRuns: times(300) },
    );
  });
});
