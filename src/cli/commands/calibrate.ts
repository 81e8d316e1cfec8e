import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measuredOn, type Calibration } from "../../model/calibration.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { METRICS, type Summary } from "../../model/summary.ts";
import { calibrationText } from "../../report/sections/calibration.ts";
import { quantity } from "../../writing/quantities.ts";
import { createCalibrationStore } from "../../runs/machine/calibration-store.ts";
import { overridesOf } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { runOnce } from "../../runs/series/series.ts";
import { aimAtSimulator } from "../../runs/aim/simulation.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "calibrate <scenario>",
    "measure this machine's own floor: the same plan against a responder that answers at once",
    (command) =>
      resultsOption(scenarioOptions(command)).option("keep-run", {
        type: "boolean",
        default: false,
        describe: "keep the folder of the run that it was measured with",
      }),
    async (args) => {
      // A target of its own would be no floor; of the options, only those that make the plan matter.
      const overrides = overridesOf({ ...args, host: undefined, port: undefined });
      const none = { version: undefined, preset: "instant", faults: [] } as const;
      using aimed = await aimAtSimulator(args.scenario, overrides, none, args.out);
      const phases = aimed.plan.phases.length;
      warn(`Running ${aimed.plan.name} (${quantity(phases, "phase")}) against a responder that answers at once.`);
      const folder = args.keepRun ? args.out : await mkdtemp(join(tmpdir(), "rollcall-calibrate-"));
      try {
        const { summary } = await runOnce({ ...aimed, admin: undefined, [Symbol.dispose]: () => undefined }, folder);
        if (summary.run.state !== "complete" || summary.ledger.provisioned === 0) throw notMeasured(summary);
        const calibration = calibrationOf(summary);
        const path = await createCalibrationStore().keep(calibration);
        await print(calibrationText(calibration).join("\n"));
        await print(`Kept in ${path}: runs of this plan on this machine show it, and compare calls nothing below it.`);
        exit(EXIT.pass);
      } finally {
        if (!args.keepRun) await rm(folder, { recursive: true, force: true });
      }
    },
  );
};

/** Grade and thresholds play no part: with nothing to wait for, the generator is always the limit. */
function calibrationOf({ run, measured }: Summary): Calibration {
  const floors = METRICS.map((metric) => {
    const { count, quantiles } = measured.latencies[metric].success;
    return count === 0 ? undefined : ([metric, quantiles.map(({ q, value }) => ({ q, value }))] as const);
  });
  return {
    version: 1,
    at: run.startedAt,
    planHash: run.planHash,
    measuredOn: measuredOn(run),
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
      : `The run was ${run.state}, ${ledger.provisioned} devices provisioned: that is no floor.`,
    "Try it again; with --keep-run its report shows what went wrong.",
    interrupted ? EXIT.interrupted : EXIT.unhealthy,
  );
}
