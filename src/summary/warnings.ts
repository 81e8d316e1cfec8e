import { endsByTime } from "../model/devices-of.ts";
import type { RunFacts } from "../model/run-facts.ts";
import { us } from "../model/units.ts";
import { conditionOf } from "../record/standings.ts";
import { type Histogram, valueAtRank } from "../record/histograms.ts";
import { lengthOf } from "./arrivals.ts";
import { isOpen, type PhaseResult } from "./figures.ts";
import { LIMITS } from "./validity-limits.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { spreadOf } from "./places.ts";
import { quantileRanks } from "./quantiles.ts";
import type { TempoChange } from "../model/tempo.ts";
import { tempoOf } from "./tempo-tally.ts";
import type { RunTally } from "./run-tally.ts";
import { formatCount, formatPercent, formatTime, quantity } from "../writing/notation.ts";

/** What a reader of the figures should know, in words. */
export function warningsOf(
  facts: PlanFacts,
  tally: RunTally,
  run: RunFacts,
  measured: readonly PhaseResult[],
): readonly string[] {
  const warnings: string[] = [];
  if (run.state === "interrupted" && run.stoppedBy !== undefined) {
    warnings.push("The run is not complete: a threshold of its own stopped it.");
  } else if (run.state !== "complete") warnings.push(`The run is not complete: it was ${run.state}.`);
  if (run.addresses !== undefined && run.addresses.length > 1) {
    warnings.push(
      `The devices were connected to ${formatCount(run.addresses.length)} addresses of the target's name: the figures are of all of them together.`,
    );
  }
  const spread = spreadOf(facts.plan);
  if (spread?.reproducible === false) {
    const why =
      spread.how === "least-in-flight"
        ? "devices went where each generator had the fewest in flight"
        : "the addresses were those of the name server at the time";
    warnings.push(`Which address a device was sent to is not reproducible: ${why}.`);
  }
  if (run.target.insecureTls) warnings.push("TLS certificates were not verified: the target may not be what it says.");
  if (facts.plan.provisioning.strategy === "x509-chain") {
    warnings.push(
      "The TLS login is what provisions: a round trip is from the beginning of the handshake to CONNACK, connect is TCP alone.",
    );
  }
  if (measured.length === 0) warnings.push("All phases are warm-up: there are no headline figures.");
  const closed = measured.filter(({ phase }) => !isOpen(phase)).map(({ phase }) => phase.name);
  if (closed.length > 0) {
    warnings.push(`Closed load has no response time, as nothing arrives by itself: ${closed.join(", ")}.`);
  }
  const tempo = tempoOf(tally.tempo);
  if (tempo !== undefined) warnings.push(tempoText(tempo));
  for (const result of measured) {
    // A load that was changed by hand has no steady state to miss.
    warnings.push(...burstWarning(result), ...(tempo === undefined ? driftWarning(result) : []));
  }
  if (run.state === "complete") warnings.push(...ceilingWarnings(facts, tally));
  const { rollCall } = facts.plan;
  if (rollCall.when !== "off" && rollCall.negativeControl && tally.rollCall.control === "not-made") {
    warnings.push("No login with wrong credentials was tried: whether the target checks credentials is not known.");
  }
  if (tally.rollCall.control === "unreachable") {
    warnings.push(
      "The login with wrong credentials got no answer at all: whether the target checks credentials is not known.",
    );
  }
  const { hold } = tally.rollCall;
  const lost = hold === undefined ? 0 : hold.sessions - hold.stayed;
  const notBack = hold?.notBack === undefined ? "" : `; ${formatCount(hold.notBack)} did not come back`;
  if (lost > 0) warnings.push(`${quantity(lost, "held session")} did not stay connected${notBack}.`);
  return warnings;
}

/** "The load was changed by hand: paused at 12.3 s, as planned from 20.1 s. …" */
function tempoText(changes: readonly TempoChange[]): string {
  const each = changes.map(({ at, speed }) => {
    const when = formatTime(at);
    if (speed === 0) return `paused at ${when}`;
    return speed === 1 ? `as planned from ${when}` : `at ${formatPercent(speed)} of the planned rate from ${when}`;
  });
  return `The load was changed by hand: ${each.join(", ")}. Devices were due at other times than planned, and figures of this run are not those of its plan.`;
}

/** Of a phase that ends by time and had no devices left before: what came after was another load. */
function ceilingWarnings({ plan, generators }: PlanFacts, tally: RunTally): readonly string[] {
  return plan.phases.flatMap((phase, index) => {
    if (!endsByTime(phase)) return [];
    const { name, shape, devices } = phase;
    const isUsedUp = (generator: number): boolean => !conditionOf(tally.standings, generator).endedAt.has(index);
    if (!Array.from({ length: generators }, (_, generator) => generator).some(isUsedUp)) return [];
    const starts = tally.phases[index]?.arrivals.starts;
    const after = starts === undefined ? "" : ` after ${formatTime(lengthOf(starts))}`;
    return [
      `${name}: the ${quantity(devices, "device")} that it may have were used up${after}, before its ${formatTime(shape.duration)} were over: give it more devices.`,
    ];
  });
}

function burstWarning({ phase, tally }: PhaseResult): readonly string[] {
  if (phase.shape.kind !== "burst" || tally.arrivals.started < 2) return [];
  const took = lengthOf(tally.arrivals.starts);
  return took <= LIMITS.lateness.floor
    ? []
    : [`${phase.name}: the burst of ${quantity(tally.arrivals.started, "device")} took ${formatTime(took)} to start.`];
}

/** Only under a load that does not change may latency not change either; and not by chance: the intervals must not meet. */
function driftWarning({ phase, tally: { thirds } }: PhaseResult): readonly string[] {
  const steady = phase.shape.kind === "closed" || phase.shape.kind === "constant" || phase.shape.kind === "poisson";
  const [first, last] = [medianOf(thirds.first), medianOf(thirds.last)];
  if (!steady || first === undefined || last === undefined || first.value === 0) return [];
  const change = last.value / first.value - 1;
  const apart = last.low > first.high || last.high < first.low;
  if (Math.abs(change) <= LIMITS.drift || !apart) return [];
  const direction = change < 0 ? "faster" : "slower";
  const medians = `round trip p50 ${formatTime(us(first.value))}, then ${formatTime(us(last.value))}`;
  return [
    `${phase.name}: the last third was ${formatPercent(Math.abs(change))} ${direction} than the first (${medians}): not a steady state; a longer warm-up may help.`,
  ];
}

function medianOf(histogram: Histogram | undefined): { value: number; low: number; high: number } | undefined {
  const ranks = histogram === undefined ? undefined : quantileRanks(histogram.count, 0.5);
  if (histogram === undefined || ranks === undefined) return undefined;
  const [value, low, high] = [ranks.value, ranks.low, ranks.high].map((rank) => valueAtRank(histogram, rank));
  return value === undefined || low === undefined || high === undefined ? undefined : { value, low, high };
}
