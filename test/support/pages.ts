import { compareRuns, DEFAULT_POLICY } from "../../src/compare/compare.ts";
import type { Comparison } from "../../src/compare/comparison.ts";
import { renderHtml as renderComparison } from "../../src/compare/html.ts";
import { renderHtml as renderConformance } from "../../src/conformance/html.ts";
import type { ConformanceResult } from "../../src/conformance/result.ts";
import type { Summary } from "../../src/model/summary.ts";
import { usFromMs } from "../../src/model/units.ts";
import { renderHtml as renderSearch } from "../../src/search/html.ts";
import type { Bounds, Trial } from "../../src/search/trial.ts";
import { renderHtml as renderUpgrade } from "../../src/upgrade/html.ts";
import type { UpgradeReport } from "../../src/upgrade/report.ts";
import { createRandom } from "./random.ts";
import { byState, goodRun, latencies } from "./summaries.ts";

/** The pages that are not of one run, as their commands make them; texts of a server in them are hostile. */

const HOSTILE = '<script>alert("x")</script>';

function runsAround(medianMs: number, seed: number, id: string): readonly Summary[] {
  const random = createRandom(seed);
  const run = goodRun();
  return Array.from({ length: 8 }, (_, index) => ({
    ...run,
    run: { ...run.run, id: `${id}${index}` },
    measured: {
      ...run.measured,
      latencies: latencies({ roundTrip: byState(4_000, medianMs * (0.97 + 0.06 * random())) }),
    },
  }));
}

function sampleComparison(): Comparison {
  const policy = { ...DEFAULT_POLICY, floor: null };
  return compareRuns(runsAround(54, 3, "a"), runsAround(63, 4, "b"), policy, undefined);
}

const trial = (rate: number, outcome: Trial["outcome"], p50: number): Trial => ({
  rate,
  outcome,
  generators: 1,
  runId: `t${rate}`,
  reasons: outcome === "failed" ? ["roundTrip.p99 < 500ms (was 2.3 s)"] : [],
  achievedRate: outcome === "failed" ? 190 : rate * 0.999,
  roundTripP50: usFromMs(p50),
  roundTripP99: usFromMs(p50 * 2),
  failureRate: 0,
});

const TRIALS: readonly Trial[] = [
  trial(20, "passed", 48),
  trial(80, "passed", 50),
  trial(160, "passed", 61),
  trial(320, "failed", 4_100),
  trial(240, "failed", 2_300),
  trial(190, "passed", 120),
  trial(200, "failed", 900),
  trial(195, "void", 300),
];
const BOUNDS: Bounds = { passes: 190, fails: 200, ended: "resolved" };

const sampleConformance: ConformanceResult = {
  version: 1,
  rollcall: "0.1.0",
  startedAt: "2026-11-25T03:15:00.000Z",
  target: "mqtt://tb.example.org:1883",
  server: `4.2.1 ${HOSTILE}`,
  matches: ["3.9"],
  expected: "3.9",
  cases: [
    { id: "request.a", title: "A new device is created", row: "P1", verdict: "as-expected", came: "SUCCESS" },
    {
      id: "request.b",
      title: "A known name is refused",
      row: "P2",
      verdict: "differs",
      expected: "FAILURE",
      came: HOSTILE,
    },
    { id: "coap.a", title: "CoAP answers 2.05", row: "C1", verdict: "not-applicable", why: "no address was given" },
  ],
};

export const UPGRADE: UpgradeReport = {
  version: 1,
  rollcall: "0.1.0",
  before: { at: "2026-11-25T03:15:00.000Z", target: "mqtt://tb:1883", server: "4.2.1", behavesLike: ["3.9 to 4.2.1"] },
  after: { at: "2026-11-26T03:15:00.000Z", target: "mqtt://tb:1883", server: HOSTILE, behavesLike: [] },
  rollCall: {
    called: 100,
    connected: 98,
    absent: [{ why: `refused: ${HOSTILE}`, count: 2 }],
    absentNames: ["rc-1", HOSTILE],
    negativeControl: "refused",
  },
  reprovisioning: { asked: 10, came: { FAILURE: 10 }, expected: "FAILURE", expectedBefore: "SUCCESS" },
  conformance: {
    compared: 70,
    changes: [
      { id: "request.b", title: "A known name", row: "P2", before: "SUCCESS", after: HOSTILE, known: false },
      { id: "login.c", title: "A wrong token", row: "L1", before: "closed", after: "CONNACK 5", known: true },
    ],
  },
  comparison: sampleComparison(),
  refusals: [],
  verdict: {
    passed: false,
    exitCode: 4,
    headline: "Failed: 2 of 100 old devices do not connect.",
    reasons: ["2 of 100 old devices do not connect", "a rule changed that is not known to change"],
  },
};

export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  compare: () => renderComparison(sampleComparison(), true),
  search: () =>
    renderSearch(TRIALS, BOUNDS, {
      scenario: "constant-rate",
      target: "mqtt://tb.example.org:1883",
      simulated: false,
      criteria: ["roundTrip.p99 < 500ms", "failureRate < 1%"],
    }),
  conformance: () => renderConformance(sampleConformance, undefined, false),
  "upgrade-check": () => renderUpgrade(UPGRADE, false),
};
