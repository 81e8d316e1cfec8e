import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { requireFolder } from "../../record/preflight.ts";
import { writeJson, writeResult } from "../../record/run-folder.ts";
import { renderJunit } from "../../upgrade/junit.ts";
import { renderMarkdown } from "../../upgrade/markdown.ts";
import type { UpgradeReport } from "../../upgrade/report.ts";
import { renderUpgrade } from "../../upgrade/text.ts";
import { openAdministration, untilStopped } from "../../runs/server/administration.ts";
import { readCoap, readHttp, readPlainMqtt } from "../../runs/conformance/conformance-target.ts";
import { newRunId, overridesOf } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { displayOptions } from "../../runs/run/results.ts";
import { compactTime } from "../../runs/run/run-folder.ts";
import { aimAtTarget } from "../../runs/aim/simulation.ts";
import { checkNamesFresh, SETUP_INTERRUPTED, setUp } from "../../runs/server/prepare-server.ts";
import { checkAfter } from "../../runs/upgrade/upgrade-after.ts";
import { findUpgrade, type UpgradeState, writeUpgrade } from "../../runs/upgrade/upgrade-folder.ts";
import { conformanceStep, conformanceTargetOf, runsStep, type StepDeps } from "../../runs/upgrade/upgrade-steps.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

const REPORT = "report.txt";
const FORMATS = ["text", "json", "markdown", "junit"] as const;

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
        .option("setup", {
          type: "boolean",
          describe: "before each run make the profile and the devices that must exist, as `rollcall setup` does",
        })
        .option("mqtt", {
          type: "string",
          describe: "where MQTT is, to try its rules for a scenario over HTTP or CoAP, e.g. mqtt://host:1883",
        })
        .option("coap", { type: "string", describe: "where CoAP is, to try its rules too, e.g. coap://host:5683" })
        .option("format", { alias: "f", choices: FORMATS, default: "text" as const })
        .example("$0 upgrade-check before scenario.yaml", "then upgrade the server, then:")
        .example("$0 upgrade-check after results/upgrade-…", "with the same options"),
    async (args) => {
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
      checkNamesFresh(plan, args.setup === true);
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
      let shown = false;
      const prepare = async (run: Plan): Promise<void> => {
        await untilStopped(SETUP_INTERRUPTED, async (stop) => {
          await using administration = openAdministration(run.admin, args);
          const { lines } = await setUp(run, administration, args.out, stop);
          for (const line of shown ? [] : lines) warn(line);
          shown = true;
        });
      };
      const deps: StepDeps = {
        folder,
        state,
        coolDown: args["cool-down"],
        aimAt,
        prepare: args.setup === true ? prepare : undefined,
      };
      const mqtt = args.mqtt === undefined ? undefined : readPlainMqtt(args.mqtt);
      const coap = args.coap === undefined ? undefined : readCoap(args.coap);
      const authority = plan.target.tls?.caFile;
      const ca = authority === undefined ? undefined : await readFile(authority, "utf8");
      const target = conformanceTargetOf(
        plan,
        { http: admin && readHttp(admin.url, admin.tls), coap, admin },
        ca,
        mqtt,
      );

      if (args.stage === "before") {
        await conformanceStep(deps, "before", target);
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
      const report = await checkAfter(deps, { strategy: plan.provisioning.strategy, target, where });
      if (typeof report === "number") {
        warn("Give the same command again: it goes on where it was.");
        return exit(report);
      }
      await writeJson(folder, "report.json", report);
      await writeResult(folder, REPORT, renderUpgrade(report, { color: false, width: 100 }));
      await print(render(report, args.format));
      warn(`Saved: ${relative(process.cwd(), folder)}/${REPORT} and report.json`);
      exit(report.verdict.exitCode);
    },
  );
};

function render(report: UpgradeReport, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "text":
      return renderUpgrade(report, displayOptions());
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "markdown":
      return renderMarkdown(report);
    case "junit":
      return renderJunit(report);
  }
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
