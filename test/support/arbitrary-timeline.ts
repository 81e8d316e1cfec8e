import fc from "fast-check";
import { anyText } from "./any-text.ts";
import { FAILURE_KINDS, STAGES } from "../../src/model/outcome.ts";
import type { Timeline } from "../../src/model/timeline.ts";
import { type Us, us } from "../../src/model/units.ts";

const time: fc.Arbitrary<Us> = fc.nat(600_000_000).map(us);
const perWindow = <T>(windows: number, value: fc.Arbitrary<T>) =>
  fc.array(value, { minLength: windows, maxLength: windows });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const span = fc.record({
  kind: fc.constantFrom("phase" as const, "roll-call" as const, "hold" as const),
  phase: fc.integer({ min: -1, max: 3 }),
  name: anyText({ maxLength: 20 }),
  warmup: fc.boolean(),
  open: fc.boolean(),
  from: fc.nat(10),
  to: fc.nat(20),
});

/** Of one to six windows, with everything in it that can be in it; names as anybody may write them. */
export const arbitraryTimeline: fc.Arbitrary<Timeline> = fc.integer({ min: 1, max: 6 }).chain((windows) => {
  const counts = perWindow(windows, fc.nat(100_000));
  return fc.record({
    from: fc.nat(1_000),
    step: fc.constantFrom(1, 2, 60),
    spans: fc.array(span, { maxLength: 4 }),
    counts: fc.record({
      planned: counts,
      started: counts,
      provisioned: counts,
      rejected: counts,
      failed: counts,
      aborted: counts,
      timeouts: counts,
      connected: counts,
      refused: counts,
      unreachable: counts,
    }),
    inFlight: counts,
    held: perWindow(windows, maybe(fc.nat(1_000))),
    failures: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...FAILURE_KINDS), counts }), {
      selector: ({ kind }) => kind,
      maxLength: 9,
    }),
    rejections: fc.constant([]),
    roundTrips: fc.array(
      fc.record({
        phase: fc.nat(3),
        from: fc.nat(10),
        to: fc.nat(20),
        count: fc.nat(1_000),
        p50: maybe(time),
        p90: maybe(time),
        p99: maybe(time),
        max: time,
      }),
      { maxLength: 4 },
    ),
    heat: fc.record({
      from: fc.nat(10),
      step: fc.constantFrom(1, 5),
      bounds: fc.constant([us(1_000), us(2_000), us(5_000)]),
      counts: perWindow(windows, fc.tuple(fc.nat(100), fc.nat(100))),
    }),
    stages: fc.uniqueArray(fc.record({ stage: fc.constantFrom(...STAGES), means: perWindow(windows, maybe(time)) }), {
      selector: ({ stage }) => stage,
    }),
    generators: fc.array(
      fc.record({
        generator: fc.nat(64),
        utilisation: perWindow(windows, maybe(fc.double({ min: 0, max: 1, noNaN: true }))),
        cpuShare: perWindow(windows, maybe(fc.double({ min: 0, max: 1, noNaN: true }))),
        delay: perWindow(windows, maybe(time)),
        lateness: perWindow(windows, maybe(time)),
      }),
      { maxLength: 3 },
    ),
    generatorsLeftOut: fc.nat(3),
  });
});
