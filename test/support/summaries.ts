import type { FailureKind } from "../../src/model/outcome.ts";
import {
  type Figures,
  type Latency,
  type LatencyByState,
  type Metric,
  METRICS,
  type Quantile,
} from "../../src/model/figures.ts";
import type { Ledger, SecondSummary, Summary } from "../../src/model/summary.ts";
import type { Timeline } from "../../src/model/timeline.ts";
import { type Us, us, usFromMs, usFromSeconds } from "../../src/model/units.ts";
import { madeCurves, madeTimeline } from "./timelines.ts";

/** Summaries made by hand, as a fold would give them: what reports are tested on. */

const QUANTILES: readonly (readonly [q: number, needs: number, factor: number])[] = [
  [0.5, 6, 1],
  [0.9, 36, 1.48],
  [0.95, 72, 1.57],
  [0.99, 368, 1.96],
  [0.999, 3688, 2.04],
];

/** A latency whose median is `medianMs`; quantiles that need more samples are null. */
function latency(count: number, medianMs: number): Latency {
  const quantiles = QUANTILES.map(([q, needs, factor]): Quantile => {
    if (count < needs) return { q, value: null, low: null, high: null, needs };
    const value = medianMs * factor;
    return { q, value: usFromMs(value), low: usFromMs(value * 0.98), high: usFromMs(value * 1.03), needs };
  });
  if (count === 0) return { count, min: null, mean: null, max: null, quantiles, overflow: 0 };
  return {
    count,
    min: usFromMs(medianMs / 4),
    mean: medianMs * 1_090,
    max: usFromMs(medianMs * 2.2),
    quantiles,
    overflow: 0,
  };
}

export function byState(count: number, medianMs: number, failed = 0, timeouts = 0): LatencyByState {
  const success = latency(count, medianMs);
  return {
    success,
    failure: latency(failed, medianMs * 8),
    withTimeouts: timeouts === 0 ? success : latency(count + timeouts, medianMs * 1.3),
    timeouts,
  };
}

type Latencies = Readonly<Record<Metric, LatencyByState>>;

export function latencies(given: Partial<Latencies> = {}): Latencies {
  const empty = METRICS.map((metric) => [metric, byState(0, 0)] as const);
  return { ...(Object.fromEntries(empty) as Record<Metric, LatencyByState>), ...given };
}

function noFigures(): Figures {
  return {
    planned: 0,
    started: 0,
    provisioned: 0,
    failureRate: null,
    duration: us(0),
    plannedRate: null,
    startedRate: null,
    provisionedRate: null,
    latencies: latencies(),
  };
}

const NO_LEDGER: Ledger = {
  planned: 0,
  started: 0,
  dropped: 0,
  unreported: 0,
  provisioned: 0,
  rejected: 0,
  failed: 0,
  aborted: 0,
  connected: 0,
  refused: 0,
  unreachable: 0,
  uncalled: 0,
  expected: 0,
  undeserved: 0,
  imbalances: [],
};

const RUN: Summary["run"] = {
  id: "k3x9af",
  scenario: "quickstart",
  description: "A closed burst that saturates, then an open load that does not.",
  planHash: "5b2f0c1d9e8a7766554433221100ffeeddccbbaa99887766554433221100abcd",
  prefix: "rc-k3x9af-",
  seed: 1,
  startedAt: "2026-11-25T03:15:00.000Z",
  duration: usFromSeconds(37.412),
  state: "complete",
  target: {
    url: "mqtt://127.0.0.1:41883",
    transport: "mqtt",
    mqttVersion: "3.1.1",
    client: "lean",
    simulated: true,
    insecureTls: false,
  },
  rollcall: "0.1.0",
  node: "v24.21.0",
  machine: { cores: 2, cpu: "AMD EPYC 7B13", memoryBytes: 8_331_177_984, os: "linux 6.1.0" },
  generators: 1,
  lostGenerators: [],
};

const TIGHTEST: Summary["validity"]["tightest"] = {
  cpuShare: 0.412,
  gcPause: us(21_400),
  residentBytes: 131_072_000,
  openFiles: { most: 233, of: 1_048_576 },
  freePorts: { least: 27_604, of: 28_232 },
};

const SIGNALS: Summary["validity"]["signals"] = [
  {
    name: "event-loop utilisation",
    grade: "valid",
    measured: "generator 0, 31 windows: 0 % above 0.80, 0 % above 0.95",
    degradedAbove: "above 0.80 in 5 % of windows",
    voidAbove: "above 0.95 in 20 % of windows",
  },
  {
    name: "event-loop delay p99",
    grade: "valid",
    measured: "generator 0: 1.21 ms, 2.24 % of round trip p50 54.1 ms",
    degradedAbove: "above 10 % of round trip p50",
    voidAbove: "above 50 % of round trip p50",
  },
  {
    name: "schedule lateness p99",
    grade: "valid",
    measured: "steady: 1.9 ms, 0.19 of 10 ms",
    degradedAbove: "above 1 of the mean arrival gap, or of 10 ms",
    voidAbove: "above 5 of the mean arrival gap, or of 10 ms",
  },
  {
    name: "achieved rate",
    grade: "valid",
    measured: "steady: 0.999 of the planned rate",
    degradedAbove: "below 0.99 of the planned rate",
    voidAbove: "below 0.95 of the planned rate",
  },
  {
    name: "local errors",
    grade: "valid",
    measured: "none",
    degradedAbove: "any",
    voidAbove: "above 0.1 % of devices",
  },
];

/** Of one generator by itself. */
const OWN_SIGNALS = SIGNALS.filter(({ name }) => name.startsWith("event-loop") || name === "local errors");

/** A wave of its own for each run, so that charts show something. */
function seconds(count: number, rate: number, medianMs: number): readonly SecondSummary[] {
  return Array.from({ length: count }, (_, second) => {
    const wave = 1 + 0.12 * Math.sin(second * 1.3) + 0.05 * Math.cos(second * 3.1);
    const p50: Us = usFromMs(medianMs * wave);
    return {
      second,
      planned: rate,
      started: rate,
      provisioned: second === 0 ? Math.round(rate * 0.9) : Math.round(rate * wave),
      rejected: 0,
      failed: 0,
      roundTripP50: p50,
      roundTripP99: usFromMs(medianMs * (1.7 + 0.5 * Math.sin(second * 0.9) ** 2)),
    };
  });
}

const burst: Figures = {
  planned: 1_000,
  started: 1_000,
  provisioned: 1_000,
  failureRate: 0,
  duration: usFromSeconds(5.31),
  plannedRate: null,
  startedRate: 190.8,
  provisionedRate: 188.3,
  latencies: latencies({
    roundTrip: byState(1_000, 984),
    serviceTime: byState(1_000, 987),
    connect: byState(1_000, 0.41),
    accept: byState(1_000, 1.9),
    acknowledge: byState(1_000, 983),
  }),
};

const steady: Figures = {
  planned: 3_000,
  started: 3_000,
  provisioned: 3_000,
  failureRate: 0,
  duration: usFromSeconds(30.07),
  plannedRate: 100,
  startedRate: 99.97,
  provisionedRate: 99.77,
  latencies: latencies({
    roundTrip: byState(3_000, 54.1),
    responseTime: byState(3_000, 56.8),
    serviceTime: byState(3_000, 55.9),
    connect: byState(3_000, 0.312),
    accept: byState(3_000, 1.42),
    acknowledge: byState(3_000, 53.9),
    login: byState(4_000, 51.3),
  }),
};

/** Made when first asked for, from thousands of outcomes each, and read only. */
let goodTimeline: Timeline | undefined;
let badTimeline: Timeline | undefined;

function makeGoodTimeline(): Timeline {
  return madeTimeline(
    [
      { name: "burst", from: 0, seconds: 5.3, rate: () => 190, open: false, warmup: true, roundTripMs: 900 },
      { name: "steady", from: 6, seconds: 30, rate: () => 100 },
    ],
    { logins: 4_000 },
  );
}

function makeBadTimeline(): Timeline {
  return madeTimeline(
    [
      {
        name: "flood",
        from: 0,
        seconds: 40,
        rate: (at) => (at > 10 && at < 30 ? 200 : 50),
        capacity: 80,
        timeouts: 20,
        rejected: 1,
      },
    ],
    { generators: 2, logins: 600, refused: 80 },
  );
}

/** Passed: a warm-up burst under closed load, then a steady open load, every credential connected and held. */
export function goodRun(): Summary {
  return {
    version: 1,
    run: RUN,
    ledger: { ...NO_LEDGER, planned: 4_000, started: 4_000, provisioned: 4_000, connected: 4_000 },
    measured: steady,
    phases: [
      { name: "burst", shape: "closed, 200 in flight", open: false, warmup: true, figures: burst },
      { name: "steady", shape: "constant, 100/s", open: true, warmup: false, figures: steady },
    ],
    seconds: seconds(36, 100, 54.1),
    timeline: (goodTimeline ??= makeGoodTimeline()),
    percentiles: madeCurves(1, 54.1),
    failures: [],
    rejections: [],
    rollCall: {
      when: "after",
      called: 4_000,
      connected: 4_000,
      refused: [],
      unreachable: [],
      absent: [],
      loginsPerSecond: 917.6,
      negativeControl: "refused",
      duplicates: { count: 0, groups: [] },
      hold: { duration: usFromSeconds(10), sessions: 4_000, stayed: 4_000, lost: [] },
    },
    unknown: { count: 0, names: [] },
    server: undefined,
    calibration: undefined,
    thresholds: [
      { text: "roundTrip.p99 < 500ms", passed: true, measured: 106_036, limit: 500_000, margin: 0.788, unit: "us" },
      { text: "failureRate < 0.1%", passed: true, measured: 0, limit: 0.001, margin: 1, unit: "ratio" },
      { text: "connected == provisioned", passed: true, measured: 4_000, limit: 4_000, margin: 0, unit: "count" },
    ],
    validity: {
      grade: "valid",
      signals: SIGNALS,
      generators: [{ generator: 0, grade: "valid", signals: OWN_SIGNALS }],
      tightest: TIGHTEST,
      warnings: [],
    },
    verdict: {
      passed: true,
      exitCode: 0,
      headline: "Passed: 4,000 of 4,000 devices provisioned, and every one of them logged in.",
      reasons: [],
    },
  };
}

/** Everything that can go wrong: failures of many kinds, ghosts, refusals, an admitted control, a void generator that died. */
export function badRun(): Summary {
  const figures: Figures = {
    planned: 6_000,
    started: 5_700,
    provisioned: 3_243,
    failureRate: 0.4583,
    duration: usFromSeconds(41.7),
    plannedRate: 200,
    startedRate: 161.4,
    provisionedRate: 77.8,
    latencies: latencies({
      roundTrip: byState(3_243, 6_214, 2_425, 731),
      responseTime: byState(3_243, 7_830, 2_425, 731),
      serviceTime: byState(3_243, 6_290, 2_425, 731),
      connect: byState(5_668, 12.4),
      accept: byState(5_668, 48.1),
      acknowledge: byState(3_243, 6_213, 40),
      login: byState(3_100, 74.2, 80, 9),
      timeToUsable: byState(41, 8_110),
    }),
  };
  const failure = (kind: FailureKind, count: number, device: string, detail: string) => ({
    kind,
    count,
    example: { device, detail },
  });
  return {
    version: 1,
    run: {
      ...RUN,
      id: "q7m2zz",
      scenario: "overload",
      description: "",
      prefix: "rc-q7m2zz-",
      duration: usFromSeconds(4_387),
      state: "crashed",
      target: {
        url: "mqtts://tb.example.org:8883",
        transport: "mqtt",
        mqttVersion: "5",
        simulated: false,
        insecureTls: true,
      },
      generators: 2,
      lostGenerators: [1],
    },
    ledger: {
      planned: 6_000,
      started: 5_700,
      dropped: 200,
      unreported: 100,
      provisioned: 3_243,
      rejected: 26,
      failed: 2_425,
      aborted: 5,
      connected: 3_100,
      refused: 80,
      unreachable: 9,
      uncalled: 54,
      expected: 12,
      undeserved: 0,
      imbalances: ["started is 5,700, but provisioned + rejected + failed + aborted is 5,699"],
    },
    measured: figures,
    phases: [{ name: "flood", shape: "spike, 50/s with 400/s for 20 s", open: true, warmup: false, figures }],
    seconds: seconds(75, 80, 6_000).map((second, index) => ({
      ...second,
      provisioned: index > 20 && index < 30 ? 0 : second.provisioned,
      failed: index > 20 ? 38 : 0,
      roundTripP50: index > 20 && index < 30 ? null : second.roundTripP50,
      roundTripP99: index > 20 && index < 30 ? null : second.roundTripP99,
    })),
    timeline: (badTimeline ??= makeBadTimeline()),
    percentiles: madeCurves(0, 6_214),
    failures: [
      failure("acknowledged-not-answered", 1_650, "rc-q7m2zz-000217", "PUBACK after 10,004 ms, then closed"),
      failure("answer-timeout", 731, "rc-q7m2zz-000981", "no answer 22,000 ms after the request"),
      failure("connection-reset", 40, "rc-q7m2zz-001003", "ECONNRESET\u001B[31m while reading\r\nfrom 127.0.0.1:1883"),
      failure("local-limit", 4, "rc-q7m2zz-002000", "EMFILE: too many open files"),
    ],
    rejections: [
      { status: "FAILURE", count: 20, example: { device: "rc-q7m2zz-000004", message: "Failed to provision device!" } },
      {
        status: "NOT_FOUND",
        count: 6,
        example: { device: "温度計-0001 <b>|`x`", message: "Provision data was not found!" },
      },
    ],
    rollCall: {
      when: "after",
      called: 3_189,
      connected: 3_100,
      refused: [
        { code: 5, reason: "5 not authorised", count: 71 },
        { code: 135, reason: "0x87 not authorised", count: 9 },
      ],
      unreachable: [{ kind: "accept-timeout", count: 9, example: "no CONNACK within 10,000 ms" }],
      absent: Array.from({ length: 20 }, (_, index) => `rc-q7m2zz-00${4_000 + index * 7}`),
      loginsPerSecond: 417.3,
      negativeControl: "admitted",
      duplicates: {
        count: 2,
        groups: [
          ["rc-q7m2zz-000010", "rc-q7m2zz-000011"],
          ["rc-q7m2zz-000020", "rc-q7m2zz-000021", "rc-q7m2zz-000022"],
        ],
      },
      hold: {
        duration: usFromSeconds(60),
        sessions: 3_100,
        stayed: 3_058,
        lost: [
          { reason: "closed by the target", count: 40 },
          { reason: "ECONNRESET", count: 2 },
        ],
      },
    },
    unknown: {
      count: 695,
      names: Array.from({ length: 100 }, (_, index) => `rc-q7m2zz-${String(index * 3).padStart(6, "0")}`),
    },
    server: {
      version: "4.2.1",
      edition: "CE",
      profile: "load-test",
      devices: { before: { tenant: 1_824, profile: 824 }, after: { tenant: 5_762, profile: 4_762 } },
      reconciliation: {
        at: "2026-11-25T03:20:11.000Z",
        present: 3_241,
        missing: { count: 2, names: ["rc-q7m2zz-000007", "rc-q7m2zz-000011"] },
        ghosts: {
          count: 695,
          names: Array.from({ length: 100 }, (_, index) => `rc-q7m2zz-${String(index * 3).padStart(6, "0")}`),
        },
        foreign: { count: 1, names: ["rc-q7m2zz-000099"] },
        wrongGateway: { count: 1, names: ["rc-q7m2zz-000100"] },
        unnamed: 12,
        credentials: { checked: 100, differing: { count: 1, names: ["rc-q7m2zz-000101"] } },
      },
      unchecked: [],
    },
    calibration: {
      at: "2026-11-24T10:00:00.000Z",
      floor: { roundTrip: [0.5, 0.9, 0.95, 0.99, 0.999].map((q) => ({ q, value: usFromMs(q * 4) })) },
      differences: [],
    },
    thresholds: [
      {
        text: "roundTrip.p99 < 500ms",
        passed: false,
        measured: 15_833_000,
        limit: 500_000,
        margin: -30.666,
        unit: "us",
      },
      { text: "failureRate < 0.1%", passed: false, measured: 0.4583, limit: 0.001, margin: -457.3, unit: "ratio" },
      { text: "timeToUsable.p99 < 30s", passed: false, measured: null, limit: 30_000_000, margin: null, unit: "us" },
      { text: "provisionedRate > 50", passed: true, measured: 77.8, limit: 50, margin: 0.556, unit: "per-second" },
      { text: "duplicates == 0", passed: false, measured: 2, limit: 0, margin: null, unit: "count" },
    ],
    validity: {
      grade: "void",
      signals: SIGNALS.map((signal, index) =>
        index === 0
          ? { ...signal, grade: "void", measured: "generator 1, 40 windows: 62.5 % above 0.80, 31 % above 0.95" }
          : index === 2
            ? { ...signal, grade: "degraded", measured: "flood: 31.4 ms, 3.14 of 10 ms" }
            : signal,
      ),
      generators: [
        { generator: 0, grade: "valid", signals: OWN_SIGNALS },
        {
          generator: 1,
          grade: "void",
          signals: OWN_SIGNALS.map((signal, index) =>
            index === 0
              ? { ...signal, grade: "void", measured: "generator 1, 40 windows: 62.5 % above 0.80, 31 % above 0.95" }
              : signal,
          ),
        },
      ],
      // From a system that does not tell, or a journal that is older than the figures.
      tightest: { ...TIGHTEST, cpuShare: 1.02, openFiles: null, freePorts: null },
      warnings: [
        "The run is not complete: it was crashed.",
        "TLS certificates were not verified: the target may not be what it says.",
        "flood: round trip p50 of the last third is 41 % above that of the first third. The target had not settled, so that one figure for the whole phase describes neither.",
      ],
    },
    verdict: {
      passed: false,
      exitCode: 5,
      headline:
        "Not to be trusted: generator 1 died: 100 devices unreported; 3,243 of 6,000 devices provisioned, 3,100 of them logged in.",
      reasons: [
        "generator 1 died: 100 devices unreported",
        "the ledger does not balance: started is 5,700, but provisioned + rejected + failed + aborted is 5,699",
        "the generator was not fit to measure: event-loop utilisation: generator 1, 40 windows: 62.5 % above 0.80, 31 % above 0.95 (void: above 0.95 in 20 % of windows)",
        "wrong credentials were admitted, so that the roll call proves nothing",
        "80 logins refused (5 not authorised: 71, 0x87 not authorised: 9)",
        "9 logins without an answer (accept-timeout: 9)",
        "2 credentials issued to more than one device",
        "threshold missed: roundTrip.p99 < 500ms (was 15.8 s)",
      ],
    },
  };
}

/** Stopped before the first device: nothing is known, and everything that may be null is. */
export function interruptedRun(): Summary {
  return {
    version: 1,
    run: {
      ...RUN,
      id: "a1b2c3",
      scenario: "soak",
      description: "An hour of steady load.",
      duration: us(412_000),
      state: "interrupted",
    },
    ledger: { ...NO_LEDGER, planned: 10_000, dropped: 10_000 },
    measured: noFigures(),
    phases: [{ name: "load", shape: "poisson, 50/s", open: true, warmup: false, figures: noFigures() }],
    seconds: [],
    timeline: undefined,
    percentiles: undefined,
    failures: [],
    rejections: [],
    rollCall: {
      when: "after",
      called: 0,
      connected: 0,
      refused: [],
      unreachable: [],
      absent: [],
      loginsPerSecond: null,
      negativeControl: "not-made",
      duplicates: { count: 0, groups: [] },
      hold: undefined,
    },
    unknown: { count: 0, names: [] },
    server: undefined,
    calibration: undefined,
    thresholds: [
      { text: "roundTrip.p99 < 500ms", passed: false, measured: null, limit: 500_000, margin: null, unit: "us" },
    ],
    validity: {
      grade: "degraded",
      signals: SIGNALS.map((signal) => ({ ...signal, grade: "degraded", measured: "no window" })),
      generators: [{ generator: 0, grade: "degraded", signals: [] }],
      tightest: { cpuShare: null, gcPause: null, residentBytes: null, openFiles: null, freePorts: null },
      warnings: ["The run is not complete: it was interrupted."],
    },
    verdict: {
      passed: false,
      exitCode: 130,
      headline: "Interrupted: the run was stopped before its end; 0 of 10,000 devices provisioned.",
      reasons: [
        "threshold missed: roundTrip.p99 < 500ms (could not be measured)",
        "the run was stopped before its end",
      ],
    },
  };
}

/** For what is about the words of a page: drawing the pictures takes longer than all the rest of it. */
export function withoutPictures(summary: Summary): Summary {
  const { timeline: _, percentiles: __, ...rest } = summary;
  return rest as Summary;
}
