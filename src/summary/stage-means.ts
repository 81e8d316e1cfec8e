import { STAGES } from "../model/outcome.ts";
import type { StageTimes } from "../model/snapshot.ts";
import type { Timeline } from "../model/timeline.ts";
import { us } from "../model/units.ts";

/** Of windows: the mean time in each stage that any device of the run went through; null where none was answered. */
export function stageMeans(windows: readonly StageTimes[]): Timeline["stages"] {
  return STAGES.flatMap((stage) => {
    if (windows.every(({ sums }) => sums[stage] === undefined)) return [];
    const means = windows.map(({ devices, sums }) =>
      devices === 0 ? null : us(Math.round((sums[stage] ?? 0) / devices)),
    );
    return [{ stage, means }];
  });
}

/** Totals less earlier totals; no stage where no device was answered since. */
export function stagesSince(now: StageTimes | undefined, was: StageTimes | undefined): StageTimes {
  const devices = (now?.devices ?? 0) - (was?.devices ?? 0);
  if (devices === 0) return { devices: 0, sums: {} };
  const changes = STAGES.flatMap((stage) => {
    const sum = now?.sums[stage];
    return sum === undefined ? [] : [[stage, sum - (was?.sums[stage] ?? 0)] as const];
  });
  return { devices, sums: Object.fromEntries(changes) };
}
