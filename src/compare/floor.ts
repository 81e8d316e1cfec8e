import type { Floor } from "../model/calibration.ts";
import type { Summary } from "../model/summary.ts";

/** The greatest floor of any run, quantile by quantile; null: some run has none of its own. */
export function commonFloor(runs: readonly Summary[]): Floor | null {
  const floors = runs.map(({ calibration }) =>
    calibration === undefined || calibration.differences.length > 0 ? undefined : calibration.floor.roundTrip,
  );
  const [first] = floors;
  if (first === undefined || floors.includes(undefined)) return null;
  return first.map(({ q }) => {
    const values = floors.flatMap((floor) => floor?.find((each) => each.q === q)?.value ?? []);
    return { q, value: values.length === 0 ? null : values.reduce((a, b) => (a > b ? a : b)) };
  });
}
