import { formatRate } from "../writing/notation.ts";
import { quantileOf } from "../model/figures.ts";
import type { Summary } from "../model/summary.ts";
import type { Trial } from "./trial.ts";

/** The share of the offered rate that must be provisioned: below it a queue grows, and the rate could not be kept up. */
const KEPT_UP = 0.97;
const ACHIEVED = "achieved over planned rate";

/**
 * A run at a constant `rate` as a trial: failed if it missed a threshold or did not keep up, void if its generator was.
 * Starts that were dropped because too many devices were in flight are the target's doing, not the generator's.
 */
export function judgeTrial(summary: Summary, rate: number): Trial {
  const { measured, validity, thresholds, run, ledger } = summary;
  const unfit = validity.signals.filter(
    ({ name, grade }) => grade === "void" && !(name === ACHIEVED && ledger.dropped > 0),
  );
  const { provisionedRate } = measured;
  const reasons = thresholds.filter(({ passed }) => !passed).map(({ text }) => `missed ${text}`);
  if (provisionedRate === null || provisionedRate < KEPT_UP * rate) {
    reasons.push(
      `${provisionedRate === null ? "none" : `${formatRate(provisionedRate)}/s`} of ${formatRate(rate)}/s kept up`,
    );
  }
  const voided = unfit.length > 0 || (run.state !== "complete" && run.stoppedBy === undefined);
  const quantile = (q: number) => quantileOf(measured.latencies.roundTrip.withTimeouts, q)?.value ?? null;
  return {
    rate,
    outcome: voided ? "void" : reasons.length > 0 ? "failed" : "passed",
    generators: run.generators,
    runId: run.id,
    reasons: voided ? unfit.map(({ name, measured: found }) => `${name}: ${found}`) : reasons,
    achievedRate: provisionedRate,
    roundTripP50: quantile(0.5),
    roundTripP99: quantile(0.99),
    failureRate: measured.failureRate,
  };
}
