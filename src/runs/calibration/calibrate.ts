import { join } from "node:path";
import { measuredOn, type Calibration } from "../../model/calibration.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { type MemberRecord, readMembers } from "../../record/members-file.ts";
import { METRICS } from "../../model/figures.ts";
import type { Summary } from "../../model/summary.ts";
import { calibrationText } from "../../report/sections/calibration.ts";
import { quantity } from "../../writing/notation.ts";
import { overridesOf, type ScenarioOptions } from "../aim/load-scenario.ts";
import { type Aimed, aimAtSimulator } from "../aim/aimed.ts";
import { busSettingOf, type TypedBus } from "../crew/bus-setting.ts";
import { busyOf, limitText } from "./floor-limit.ts";
import { calibrationFolder, createCalibrationStore } from "./calibration-store.ts";
import { openTemporaryFolder } from "../machine/temporary-folder.ts";
import { runOnce } from "../series/series.ts";
import type { World } from "../world.ts";

export interface CalibrateOptions extends ScenarioOptions, Partial<TypedBus> {
  /** Folder of all results. */
  readonly out: string;
  readonly keepRun: boolean;
}

/** Measures the own floor of this machine, or of the workers on a bus, with a scenario's plan, and keeps it. Throws RollcallError "not-calibrated". */
export async function calibrate(world: World, options: CalibrateOptions): Promise<ExitCode> {
  const { voice } = world;
  const bus = busSettingOf(options);
  const store = createCalibrationStore(calibrationFolder(world));
  await store.prepare();
  if (options.keepRun) await requireWritable(options.out);
  using temporary = options.keepRun ? undefined : openTemporaryFolder("calibrate");
  const folder = temporary?.path ?? options.out;
  // A target of its own would be no floor; of the options, only those that make the plan matter.
  const overrides = overridesOf({ ...options, host: undefined, port: undefined });
  const none = { version: undefined, preset: "instant", faults: [], withoutRoom: true } as const;
  using aimed = await aimAtSimulator(world, options.scenario, overrides, none, options.out);
  const phases = aimed.plan.phases.length;
  voice.warn(`Running ${aimed.plan.name} (${quantity(phases, "phase")}) against a responder that answers at once.`);
  const own: Aimed = { ...aimed, tenants: [], watch: undefined, bus, [Symbol.dispose]: () => undefined };
  // The way to this machine is no part of a worker's floor: each has a responder beside it.
  const before = await aimed.simulator?.account();
  const { name, summary } = await runOnce(world, own, folder, { responders: bus !== undefined });
  if (summary.run.state !== "complete" || summary.ledger.provisioned === 0) throw notMeasured(summary);
  const after = await aimed.simulator?.account();
  const calibration = calibrationOf(summary, await readMembers(join(folder, name)));
  const path = await store.keep(calibration);
  await voice.say(calibrationText(calibration).join("\n"));
  // Over a bus each worker has a responder of its own, of which nobody here knows.
  if (bus === undefined) await voice.say(limitTextOf(summary, (after?.activeMs ?? 0) - (before?.activeMs ?? 0)));
  await voice.say(
    `Kept in ${path}: runs of this plan on ${bus === undefined ? "this machine" : "such machines"} show it, and compare calls nothing below it.`,
  );
  return EXIT.pass;
}

function limitTextOf({ timeline }: Summary, activeMs: number): string {
  const busy = timeline === undefined ? undefined : busyOf(timeline, activeMs);
  return busy === undefined ? "What the limit was is not known: the run was over within a second." : limitText(busy);
}

/** Grade and thresholds play no part: with nothing to wait for, the generator is always the limit. */
function calibrationOf({ run, measured }: Summary, members: readonly MemberRecord[] | undefined): Calibration {
  const floors = METRICS.map((metric) => {
    const { count, quantiles } = measured.latencies[metric].success;
    return count === 0 ? undefined : ([metric, quantiles.map(({ q, value }) => ({ q, value }))] as const);
  });
  return {
    version: 1,
    at: run.startedAt,
    planHash: run.planHash,
    measuredOn: measuredOn(run, members),
    floor: Object.fromEntries(floors.filter((each) => each !== undefined)),
    startedRate: measured.startedRate,
  };
}

function notMeasured({ run, ledger }: Summary): RollcallError {
  const interrupted = run.state === "interrupted";
  return new RollcallError(
    interrupted ? "interrupted" : "not-calibrated",
    interrupted
      ? "Interrupted: nothing was kept."
      : `The run was ${run.state}, ${quantity(ledger.provisioned, "device")} provisioned: that is no floor.`,
    "Try it again; with --keep-run its report shows what went wrong.",
    interrupted ? EXIT.interrupted : EXIT.unhealthy,
  );
}
