import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { requireFolder } from "../../record/preflight.ts";
import { renderTrials, renderTrialsCsv, TRIAL_TITLES, trialText } from "../../search/render.ts";
import type { Bounds } from "../../search/trial.ts";
import { newRunId } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { displayOptions } from "../../runs/run/results.ts";
import { compactTime } from "../../runs/run/run-folder.ts";
import { criteriaOf, readSearch, searchOn, type SearchState } from "../../runs/series/search-trials.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "search <scenario>",
    "find the highest rate that the target keeps up with, as a pair of bounds",
    (command) =>
      aimOptions(resultsOption(scenarioOptions(command)))
        .option("start", { type: "number", default: 20, describe: "first rate tried, devices a second" })
        .option("lowest", { type: "number", default: 1, describe: "no rate below it is tried" })
        .option("highest", { type: "number", default: 2_000, describe: "no rate above it is tried" })
        .option("resolution", { type: "number", default: 0.05, describe: "how close the bounds must be, as a share" })
        .option("confirmations", { type: "number", default: 2, describe: "trials by which each bound must lead" })
        .option("duration", { type: "number", default: 20, describe: "seconds of a trial" })
        .option("warm-up", { type: "number", default: 0, describe: "devices before each trial, not measured" })
        .option("cool-down", { type: "number", default: 3, describe: "seconds between trials" })
        .option("most-trials", { type: "number", default: 30, describe: "trials after which to give up" })
        .option("criterion", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "instead of the scenario's thresholds, e.g. 'roundTrip.p99 < 500ms'",
        })
        .option("resume", { type: "string", describe: "folder of a search that was interrupted" })
        .option("format", { choices: ["text", "json", "csv"] as const, default: "text" as const }),
    async (args) => {
      const folder =
        args.resume === undefined
          ? resolve(args.out, `search-${compactTime(new Date())}-${newRunId()}`)
          : resolve(args.resume);
      const own = args.criterion.length === 0 ? [] : [`thresholds=${JSON.stringify(args.criterion)}`];
      const begun = args.resume === undefined ? await begin() : await takeUp();
      await requireFolder(folder);
      warn(`Trials go to ${relative(process.cwd(), folder)}; Ctrl-C ends them, --resume with that folder goes on.`);
      warn(`Criteria: ${begun.setting.criteria.join(", ")}, and 97 % of the rate provisioned in time.`);
      warn(TRIAL_TITLES);
      const { state, bounds } = await searchOn(
        begun,
        folder,
        (overrides) => aim(args, overrides),
        (trial, why) => warn(trialText(trial, why)),
      );
      if (bounds === undefined) {
        warn(`Interrupted: the same command with --resume ${relative(process.cwd(), folder)} goes on.`);
        return exit(EXIT.interrupted);
      }
      const texts = {
        text: renderTrials(state.trials, bounds, displayOptions()),
        json: `${JSON.stringify({ version: 1, bounds, trials: state.trials }, undefined, 2)}\n`,
        csv: renderTrialsCsv(state.trials),
      };
      await writeFile(join(folder, "result.json"), texts.json);
      await writeFile(join(folder, "trials.csv"), texts.csv);
      await print(texts[args.format]);
      exit(exitCodeOf(bounds));

      async function takeUp(): Promise<SearchState> {
        using draft = await aim(args, own);
        return readSearch(folder, args.scenario, draft.plan.hash);
      }

      async function begin(): Promise<SearchState> {
        const positive = [args.start, args.lowest, args.highest, args.resolution, args.confirmations, args.duration];
        if (positive.some((value) => !(value > 0)) || !(args["warm-up"] >= 0) || !(args["cool-down"] >= 0)) {
          throw new RollcallError(
            "usage",
            "Rates, times and counts are numbers above 0.",
            "See rollcall search --help.",
          );
        }
        if (args.lowest > args.start || args.start > args.highest) {
          throw new RollcallError(
            "usage",
            "--start is not between --lowest and --highest.",
            "Give it a rate in between.",
          );
        }
        // Aimed once, so that the scenario's mistakes and its thresholds are known before the first trial.
        using draft = await aim(args, own);
        const cores = availableParallelism();
        const generators = args.generators ?? Math.max(1, cores - 1);
        return {
          version: 1,
          scenario: args.scenario,
          planHash: draft.plan.hash,
          policy: {
            start: args.start,
            lowest: args.lowest,
            highest: args.highest,
            resolution: args.resolution,
            confirmations: args.confirmations,
            generators,
            mostGenerators: Math.max(generators, cores),
            mostTrials: args["most-trials"],
          },
          setting: {
            duration: args.duration,
            warmup: args["warm-up"],
            coolDown: args["cool-down"],
            criteria: criteriaOf(draft.plan),
          },
          trials: [],
        };
      }
    },
  );
};

/** 0: a rate passed; 3: none did; 5: the generators were the limit. */
function exitCodeOf({ passes, ended }: Bounds): ExitCode {
  if (ended === "generator-limited") return EXIT.unhealthy;
  return passes === null ? EXIT.threshold : EXIT.pass;
}
