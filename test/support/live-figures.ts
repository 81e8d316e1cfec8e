import type { LiveFigures } from "../../src/model/live.ts";
import { usFromMs, usFromSeconds } from "../../src/model/units.ts";

/** A run of 3,000 devices at 100/s, half done; every part can be given otherwise. */
export function liveFigures(given: Partial<LiveFigures> = {}): LiveFigures {
  return {
    at: usFromSeconds(15),
    stage: { kind: "load", phase: 1 },
    stageText: "load: steady (2 of 2)",
    devices: 3_000,
    planned: 1_500,
    started: 1_500,
    inFlight: 12,
    outcomes: { provisioned: 1_488, rejected: 0, failed: 0, aborted: 0, dropped: 0 },
    verdicts: { connected: 0, refused: 0, unreachable: 0 },
    held: 0,
    rate: { planned: 100, achieved: 99.6 },
    lastSecond: { p50: usFromMs(53.2), p95: usFromMs(84.1), p99: usFromMs(97.3) },
    run: { p50: usFromMs(54.1), p95: usFromMs(84.9), p99: usFromMs(106) },
    health: { grade: "valid", worst: "generator 0: event loop 12 % busy, delay 1.1 ms, starts 0.2 ms late" },
    remaining: usFromSeconds(16.2),
    ...given,
  };
}

/** Before the first answer: everything that may be null is. */
export function nothingYet(): LiveFigures {
  const none = { p50: null, p95: null, p99: null };
  return liveFigures({
    at: usFromSeconds(0),
    stage: { kind: "waiting" },
    stageText: "waiting for the start",
    planned: 0,
    started: 0,
    inFlight: 0,
    outcomes: { provisioned: 0, rejected: 0, failed: 0, aborted: 0, dropped: 0 },
    rate: { planned: null, achieved: 0 },
    lastSecond: none,
    run: none,
    health: { grade: "valid", worst: "not measured yet" },
    remaining: null,
  });
}

/** In the roll call after a load with trouble, on a machine that cannot keep up. */
export function troubledRollCall(): LiveFigures {
  return liveFigures({
    at: usFromSeconds(75),
    stage: { kind: "roll-call" },
    stageText: "roll call",
    planned: 3_000,
    started: 2_990,
    inFlight: 0,
    outcomes: { provisioned: 2_400, rejected: 26, failed: 560, aborted: 4, dropped: 10 },
    verdicts: { connected: 1_200, refused: 3, unreachable: 1 },
    held: 1_200,
    health: { grade: "void", worst: "generator 1: event loop 99.1 % busy, delay 812 ms, starts 640 ms late" },
    remaining: usFromSeconds(72),
  });
}
