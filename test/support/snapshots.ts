import type { Snapshot } from "../../src/model/snapshot.ts";
import { us, usFromSeconds } from "../../src/model/units.ts";
import { createHistogram, encodeHistogram, recordValue } from "../../src/record/histograms.ts";

/** What one generator tells a second at a time: `rate` devices a second, each answered after `roundTripMs`; of ten one is refused. */
export function madeSnapshots(
  seconds: number,
  {
    rate = 50,
    roundTripMs = 20,
    generator = 0,
    rollCall = 0,
  }: Partial<Record<"rate" | "roundTripMs" | "generator" | "rollCall", number>> = {},
): readonly Snapshot[] {
  const histogram = createHistogram();
  for (let each = 0; each < rate; each += 1) recordValue(histogram, us(roundTripMs * (900 + each)));
  const encoded = encodeHistogram(histogram);
  return Array.from({ length: seconds }, (_, index): Snapshot => {
    const calling = index >= seconds - rollCall;
    const loaded = Math.min(index + 1, seconds - rollCall) * rate;
    const rejected = Math.floor(loaded / 10);
    return {
      generator,
      at: usFromSeconds(index + 1),
      stage: calling ? { kind: "roll-call" } : { kind: "load", phase: 0 },
      planned: loaded,
      started: loaded,
      inFlight: calling ? 0 : 3,
      outcomes: { provisioned: loaded - rejected, rejected, failed: 0, aborted: 0, dropped: 0 },
      failures: {},
      rejections: { FAILURE: rejected },
      verdicts: { connected: calling ? (index + 1 - (seconds - rollCall)) * rate : 0, refused: 0, unreachable: 0 },
      roundTrips: calling ? undefined : encoded,
      stages: {
        devices: loaded,
        sums: { connected: loaded * 400, accepted: loaded * 1_600, answered: loaded * roundTripMs * 1_000 },
      },
      held: 0,
      health: {
        at: usFromSeconds(index + 1),
        phase: calling ? -1 : 0,
        eventLoopUtilisation: 0.2,
        eventLoopDelayP99: us(1_200),
        latenessP99: us(300),
        started: rate,
        planned: rate,
        gcPause: us(0),
        cpuShare: 0.2,
        residentBytes: 80_000_000,
        inFlight: 3,
        localErrors: 0,
      },
    };
  });
}
