import { type Calibration, type Floor, floorAt } from "../../model/calibration.ts";
import { formatInstant, formatMs, formatRate, quantity } from "../../writing/notation.ts";
import { METRICS } from "../../model/figures.ts";
import type { Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import { METRIC_NAMES } from "../wording.ts";

/** "The generators' own floor, calibrated …", and a line a metric. */
export function calibrationText({ at, measuredOn, floor, startedRate }: Calibration): readonly string[] {
  const { cpu, cores, generators, machines } = measuredOn;
  const where = machines === undefined ? "" : ` (${quantity(machines, "machine")})`;
  const rate = startedRate === null ? "" : `; ${formatRate(startedRate)} devices a second`;
  return [
    `The floor of this plan on ${cores} x ${cpu}${where} with ${quantity(generators, "generator")}, ${formatInstant(at)}${rate}:`,
    ...METRICS.flatMap((metric) => {
      const own = floor[metric];
      return own === undefined ? [] : [`  ${METRIC_NAMES[metric].padEnd(14)} ${quantilesText(own)}`];
    }),
  ];
}

/** For the latencies of a run: what of them is the generators' own; none where it was not calibrated, or by another machine. */
export function floorText({ calibration }: Summary): readonly string[] {
  const floor = calibration?.floor.roundTrip;
  if (calibration === undefined || floor === undefined || calibration.differences.length > 0) return [];
  const at = printable(formatInstant(calibration.at));
  return [
    `The generators' own floor, calibrated ${at}: round trip ${quantilesText(floor)}. No smaller difference is real.`,
  ];
}

function quantilesText(floor: Floor): string {
  const text = (q: number, name: string): string => {
    const value = floorAt(floor, q);
    return value === null ? `${name} not known` : `${name} ${formatMs(value)}`;
  };
  return `${text(0.5, "p50")}, ${text(0.9, "p90")}, ${text(0.99, "p99")} ms`;
}
