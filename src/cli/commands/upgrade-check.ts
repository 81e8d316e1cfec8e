import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { requireFolder } from "../../record/preflight.ts";
import { writeResult } from "../../record/run-folder.ts";
import { renderUpgrade } from "../../upgrade/text.ts";
import { adminOptions } from "../administration.ts";
import { readCoap, readHttp } from "../conformance-target.ts";
import { newRunId, overridesOf } from "../load-scenario.ts";
import { print, warn } from "../output.ts";
import { displayOptions } from "../results.ts";
import { compactTime } from "../run-folder.ts";
import { aimAtTarget } from "../simulation.ts";
import { listenForStops } from "../stop-signals.ts";
import { checkAfter } from "../upgrade-after.ts";
import { findUpgrade, type UpgradeState, writeUpgrade } from "../upgrade-folder.ts";
import { conformanceStep, conformanceTargetOf, runsStep, type StepDeps } from "../upgrade-steps.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

const REPORT = "report.txt";

export const add: AddCommand = (program, exit) => {
  program.command(
    "upgrade-check <stage> <scenario>",
    "before and after the upgrade of a server: do the old devices still connect, what changed, did it get slower?",
    (command) =>
      adminOptions(resultsOption(scenarioOptions(command)))
        .positional("stage", { choices: ["before", "after"] as const, demandOption: true })
        .positional("scenario", {
          type: "string",
          demandOption: true,
          describe: "before: the scenario's YAML file; after: the folder that `before` printed",
        })
        .option("times", { type: "number", default: 6, describe: "before: runs of each half" })
        .option("cool-down", { type: "number", default: 5, describe: "seconds between two runs" })
        .option("resume", { type: "string", describe: "before: folder of one that was interrupted" })
        .option("coap", { type: "string", describe: "where CoAP is, to try its rules too, e.g. coap://host:5683" })
        .option("format", { alias: "f", choices: ["text", "json"] as const, default: "text" as const })
        .example("$0 upgrade-check before scenario.yaml", "then upgrade the server, then:")
        .example("$0 upgrade-check after results/upgrade-…", "with the same options"),
    async (args) => {
      const stopping = new AbortController();
      const overrides = overridesOf(args);
      const existing =
        args.stage === "after"
          ? await findUpgrade(args.scenario, args.out)
          : args.resume === undefined
            ? undefined
            : await findUpgrade(args.resume, args.out);
      const scenario = existing?.state.scenario ?? args.scenario;
      const aimAt = (more: readonly string[]) => aimAtTarget(scenario, [...overrides, ...more], args.out, args);
      using draft = await aimAt([]);
      const { plan, admin } = draft;
      const state: UpgradeState = existing?.state ?? {
        version: 1,
        scenario,
        times: wholeNumber(args.times),
        planHash: plan.hash,
      };
      if (state.planHash !== plan.hash) throw otherPlan();
      const folder = existing?.folder ?? resolve(args.out, `upgrade-${compactTime(new Date())}-${newRunId()}`);
      await requireFolder(folder);
      await writeUpgrade(folder, state);
      const deps: StepDeps = { folder, state, coolDown: args["cool-down"], aimAt };
      const coap = args.coap === undefined ? undefined : readCoap(args.coap);
      const authority = plan.target.tls?.caFile;
      const ca = authority === undefined ? undefined : await readFile(authority, "utf8");
      const target = conformanceTargetOf(plan, { http: admin && readHttp(admin.url, admin.tls), coap, admin }, ca);

      if (args.stage === "before") {
        await interruptible(stopping, () => conformanceStep(deps, "before", target, stopping.signal));
        const ended = await runsStep(deps, "before");
        if (typeof ended === "number") {
          warn(`Go on with: rollcall upgrade-check before ${scenario} --resume ${relative(process.cwd(), folder)}`);
          return exit(ended);
        }
        await print(`Kept in ${relative(process.cwd(), folder)}. Upgrade the server, leave the devices, then:`);
        await print(`  rollcall upgrade-check after ${relative(process.cwd(), folder)}   (and the same options)`);
        return exit(EXIT.pass);
      }
      const { host, port } = plan.target;
      const where = { host, port, concurrency: undefined, rate: undefined };
      const report = await interruptible(stopping, () =>
        checkAfter(deps, { strategy: plan.provisioning.strategy, target, where }, stopping.signal),
      );
      if (typeof report === "number") {
        warn("Give the same command again: it goes on where it was.");
        return exit(report);
      }
      await writeResult(folder, "report.json", `${JSON.stringify(report, undefined, 2)}\n`);
      await writeResult(folder, REPORT, renderUpgrade(report, { color: false, width: 100 }));
      await print(
        args.format === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : renderUpgrade(report, displayOptions()),
      );
      warn(`Saved: ${relative(process.cwd(), folder)}/${REPORT} and report.json`);
      exit(report.verdict.exitCode);
    },
  );
};

/** Between the runs, which hear the signals themselves. */
async function interruptible<T>(stopping: AbortController, work: () => Promise<T>): Promise<T | ExitCode> {
  const stop = (): void => stopping.abort();
  using _stops = listenForStops({ drain: stop, abort: stop, leave: () => process.exit(EXIT.interrupted) });
  return work();
}

function wholeNumber(times: number): number {
  if (Number.isInteger(times) && times >= 1) return times;
  throw new RollcallError("usage", `--times is ${times}.`, "Write a whole number from 1; 4 or more can tell.");
}

function otherPlan(): RollcallError {
  return new RollcallError(
    "plan-changed",
    "The scenario, with these options, is not the one of `upgrade-check before`.",
    "Give the same scenario file and the same --set.",
  );
}
