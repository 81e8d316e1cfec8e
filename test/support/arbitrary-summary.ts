import fc from "fast-check";
import { anyText } from "./any-text.ts";
import { arbitraryTimeline } from "./arbitrary-timeline.ts";
import { madeCurves } from "./timelines.ts";
import { EXIT } from "../../src/model/error.ts";
import { FAILURE_KINDS } from "../../src/model/outcome.ts";
import type { Figures, Latency, LatencyByState, Metric } from "../../src/model/figures.ts";
import type { Summary } from "../../src/model/summary.ts";
import { type Us, us } from "../../src/model/units.ts";

/** Any summary that the types allow, with the most unfriendly texts and figures; sums need not agree. */

const text = fc.oneof(
  anyText({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "\u001B[31mred\u001B[0m",
    "a\r\nb",
    "]]>",
    "</script><b>",
    "| `x` |",
    "漢字かな".repeat(20),
    "x".repeat(300),
  ),
);
const count = fc.oneof(fc.nat(20), fc.nat(1_000_000_000));
const time: fc.Arbitrary<Us> = fc.oneof(fc.nat(5_000), fc.nat(600_000_000)).map(us);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const rate = fc.double({ min: 0, max: 100_000, noNaN: true });
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 5 });
const grade = fc.constantFrom("valid" as const, "degraded" as const, "void" as const);
const signal = fc.record({ name: text, grade, measured: text, degradedAbove: text, voidAbove: text });
const kind = fc.constantFrom(...FAILURE_KINDS);

const latency: fc.Arbitrary<Latency> = fc.record({
  count,
  min: maybe(time),
  mean: maybe(rate),
  max: maybe(time),
  quantiles: fc.tuple(
    ...[0.5, 0.9, 0.95, 0.99, 0.999].map((q) =>
      fc.record({ q: fc.constant(q), value: maybe(time), low: maybe(time), high: maybe(time), needs: fc.nat(4_000) }),
    ),
  ),
  overflow: fc.nat(3),
});

const byState: fc.Arbitrary<LatencyByState> = fc.record({
  success: latency,
  failure: latency,
  withTimeouts: latency,
  timeouts: count,
});

const figures: fc.Arbitrary<Figures> = fc.record({
  planned: count,
  started: count,
  provisioned: count,
  failureRate: maybe(ratio),
  duration: time,
  plannedRate: maybe(rate),
  startedRate: maybe(rate),
  provisionedRate: maybe(rate),
  latencies: fc.record({
    roundTrip: byState,
    responseTime: byState,
    serviceTime: byState,
    connect: byState,
    accept: byState,
    acknowledge: byState,
    login: byState,
    timeToUsable: byState,
  } satisfies Record<Metric, typeof byState>),
});

const run: fc.Arbitrary<Summary["run"]> = fc.record({
  id: fc.stringMatching(/^[a-z0-9]{6}$/),
  scenario: text,
  description: text,
  planHash: fc.stringMatching(/^[0-9a-f]{64}$/),
  prefix: text,
  seed: fc.nat(),
  startedAt: fc.constantFrom("2026-11-25T03:15:00.000Z", "unknown"),
  duration: time,
  state: fc.constantFrom("complete" as const, "interrupted" as const, "crashed" as const),
  target: fc.record({
    url: text,
    transport: fc.constantFrom("mqtt" as const, "http" as const, "coap" as const),
    mqttVersion: fc.constantFrom("3.1" as const, "3.1.1" as const, "5" as const),
    simulated: fc.boolean(),
    insecureTls: fc.boolean(),
  }),
  rollcall: text,
  node: text,
  machine: fc.record({ cores: fc.nat(256), cpu: text, memoryBytes: fc.nat(), os: text }),
  generators: fc.nat(64),
  lostGenerators: few(fc.nat(64)),
});

const rollCall: fc.Arbitrary<Summary["rollCall"]> = fc.record({
  when: fc.constantFrom("after" as const, "inline" as const, "off" as const),
  called: count,
  connected: count,
  refused: few(fc.record({ code: fc.nat(255), reason: text, count })),
  unreachable: few(fc.record({ kind, count, example: text })),
  absent: few(text),
  loginsPerSecond: maybe(rate),
  negativeControl: fc.constantFrom(
    "refused" as const,
    "admitted" as const,
    "unreachable" as const,
    "not-made" as const,
  ),
  duplicates: fc.record({ count, groups: few(few(text)) }),
  hold: fc.option(
    fc.record({ duration: time, sessions: count, stayed: count, lost: few(fc.record({ reason: text, count })) }),
    { nil: undefined },
  ),
});

const second: fc.Arbitrary<Summary["seconds"][number]> = fc.record({
  second: fc.nat(100_000),
  planned: count,
  started: count,
  provisioned: count,
  rejected: count,
  failed: count,
  roundTripP50: maybe(time),
  roundTripP99: maybe(time),
});

const named = fc.record({ count, names: few(text) });
const counts = fc.record({ tenant: count, profile: maybe(count) });

const messages = fc.record({
  intended: count,
  acknowledged: count,
  timedOut: count,
  refused: count,
  lost: count,
  offline: count,
  dropped: count,
  aborted: count,
  unreported: count,
});
const messageLatency = fc.record({ count, p50: maybe(time), p90: maybe(time), p99: maybe(time), max: maybe(time) });

const course = fc.record({
  from: fc.nat(1_000),
  step: fc.constantFrom(1, 5, 60),
  p50: few(maybe(time)),
  p99: few(maybe(time)),
  max: few(maybe(time)),
  lost: few(count),
});

const backgroundWithoutCourse: fc.Arbitrary<NonNullable<Summary["background"]>> = fc.record({
  run: text,
  publish: fc.constantFrom("telemetry" as const, "attributes" as const),
  every: time,
  devices: fc.record({
    asked: count,
    connected: count,
    refused: count,
    unreachable: count,
    uncalled: count,
    unreported: count,
  }),
  notConnected: few(fc.record({ reason: text, count, example: text })),
  sessions: fc.record({
    lost: count,
    losses: few(fc.record({ reason: text, count })),
    first: few(fc.record({ at: time, device: text, reason: text })),
    notBack: count,
  }),
  messages,
  measured: messageLatency,
  stages: few(
    fc.record({
      name: text,
      stage: fc.constantFrom(
        { kind: "before" } as const,
        { kind: "load", phase: 0 } as const,
        { kind: "after" } as const,
      ),
      messages,
      roundTrip: messageLatency,
      responseTime: messageLatency,
    }),
  ),
  imbalances: few(text),
});

const withoutBackground: fc.Arbitrary<Summary> = fc.record({
  version: fc.constant(1 as const),
  run,
  ledger: fc.record({
    planned: count,
    started: count,
    dropped: count,
    unreported: count,
    provisioned: count,
    rejected: count,
    failed: count,
    aborted: count,
    connected: count,
    refused: count,
    unreachable: count,
    uncalled: count,
    expected: count,
    undeserved: count,
    imbalances: few(text),
  }),
  measured: figures,
  phases: few(fc.record({ name: text, shape: text, open: fc.boolean(), warmup: fc.boolean(), figures })),
  seconds: fc
    .uniqueArray(second, { maxLength: 8, selector: (each) => each.second })
    .map((seconds) => seconds.toSorted((a, b) => a.second - b.second)),
  // Rarely: a report with pictures takes a hundred times as long as one without.
  timeline: fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: arbitraryTimeline }),
  percentiles: fc.constantFrom(undefined, [], madeCurves(0, 40), [...madeCurves(1, 0.2, 1), ...madeCurves(2, 70_000)]),
  failures: few(fc.record({ kind, count, example: fc.record({ device: text, detail: text }) })),
  rejections: few(
    fc.record({
      status: fc.constantFrom("NOT_FOUND" as const, "FAILURE" as const),
      count,
      example: fc.record({ device: text, message: text }),
    }),
  ),
  rollCall,
  unknown: named,
  server: fc.option(
    fc.record({
      version: maybe(text),
      edition: maybe(text),
      profile: maybe(text),
      devices: fc.record({ before: maybe(counts), after: maybe(counts) }),
      reconciliation: maybe(
        fc.record({
          at: text,
          present: count,
          missing: named,
          ghosts: named,
          foreign: named,
          wrongGateway: named,
          unnamed: count,
          credentials: fc.record({ checked: count, differing: named }),
        }),
      ),
      unchecked: few(text),
    }),
    { nil: undefined },
  ),
  calibration: fc.option(
    fc.record({
      at: text,
      floor: fc.record({ roundTrip: few(fc.record({ q: ratio, value: maybe(time) })) }),
      differences: few(text),
    }),
    { nil: undefined },
  ),
  thresholds: few(
    fc.record({
      text,
      passed: fc.boolean(),
      measured: maybe(rate),
      limit: maybe(rate),
      margin: maybe(fc.double({ min: -1_000, max: 1_000, noNaN: true })),
      unit: fc.constantFrom("us" as const, "ratio" as const, "count" as const, "per-second" as const),
    }),
  ),
  validity: fc.record({
    grade,
    signals: few(signal),
    generators: few(fc.record({ generator: fc.nat(64), grade, signals: few(signal) })),
    tightest: fc.record({
      cpuShare: maybe(rate),
      gcPause: maybe(time),
      residentBytes: maybe(fc.nat()),
      openFiles: maybe(fc.record({ most: fc.nat(), of: fc.nat() })),
      freePorts: maybe(fc.record({ least: fc.nat(), of: fc.nat() })),
    }),
    warnings: few(text),
  }),
  verdict: fc.record({
    passed: fc.boolean(),
    exitCode: fc.constantFrom(...Object.values(EXIT)),
    headline: text,
    reasons: few(text),
  }),
});

const background = fc
  .tuple(backgroundWithoutCourse, fc.option(course, { nil: undefined }))
  .map(([made, over]) => (over === undefined ? made : { ...made, course: over }));

const sources = fc.array(
  fc.record({
    address: text,
    devices: count,
    failed: count,
    triedAgain: count,
    failures: few(fc.record({ kind, count })),
    roundTrip: fc.record({ count, p50: maybe(time), p99: maybe(time) }),
    logins: count,
    failedLogins: count,
    standsOut: fc.boolean(),
  }),
  { maxLength: 30 },
);

export const arbitrarySummary: fc.Arbitrary<Summary> = fc
  .tuple(withoutBackground, fc.option(background, { nil: undefined }), fc.option(sources, { nil: undefined }))
  .map(([summary, behind, from]) => ({
    ...summary,
    ...(behind === undefined ? {} : { background: behind }),
    ...(from === undefined ? {} : { sources: from }),
  }));
