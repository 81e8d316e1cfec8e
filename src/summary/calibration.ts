import { type Calibration, differencesOf, measuredOn } from "../model/calibration.ts";
import type { RunFacts } from "../model/run-facts.ts";
import type { CalibrationSummary } from "../model/summary.ts";
import type { MemberRecord } from "../record/members-file.ts";

/** `members`: the machines that made the run together; undefined: one did. */
export function calibrationOf(
  calibration: Calibration | undefined,
  run: RunFacts,
  members?: readonly MemberRecord[],
): CalibrationSummary | undefined {
  if (calibration === undefined) return undefined;
  const { at, floor, measuredOn: where } = calibration;
  return {
    at,
    floor,
    differences: differencesOf(where, measuredOn(run, members)),
  };
}

/** A simulated run tests scenarios, never a server: nobody asks which of its latency is the generators' own. */
export function calibrationWarnings(calibration: CalibrationSummary | undefined, run: RunFacts): readonly string[] {
  if (run.target.simulated) return [];
  if (calibration === undefined) {
    return ["The generators' own floor is not known: measure it once with `rollcall calibrate` and the same scenario."];
  }
  return calibration.differences.length === 0
    ? []
    : [`The generators' floor was calibrated otherwise (${calibration.differences.join("; ")}): calibrate again.`];
}
