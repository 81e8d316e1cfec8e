import { relative, resolve } from "node:path";
import { EXIT, RollcallError } from "../../model/error.ts";
import { requireFolder } from "../../record/preflight.ts";
import { newRunId } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { repeatRuns } from "../../runs/series/repeat-runs.ts";
import { checkSame, readRepeat, type RepeatState } from "../../runs/series/repeat-state.ts";
import { compactTime } from "../../runs/run/run-folder.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "repeat <scenario>",
    "run a scenario several times, against one target or two in turn, for `compare`",
    (command) =>
      aimOptions(resultsOption(scenarioOptions(command)))
        .option("times", { type: "number", default: 10, describe: "runs of each target" })
        .option("against", { type: "string", describe: "host:port of a second target; order ABBA" })
        .option("cool-down", { type: "number", default: 5, describe: "seconds between two runs" })
        .option("resume", { type: "string", describe: "folder of a repeat that was interrupted" })
        .conflicts("simulate", "against"),
    async (args) => {
      if (!Number.isInteger(args.times) || args.times < 1 || !(args["cool-down"] >= 0)) {
        throw new RollcallError(
          "usage",
          "--times is a whole number from 1, --cool-down at least 0.",
          "E.g. --times 10.",
        );
      }
      const against = args.against === undefined ? undefined : addressOf(args.against);
      const begun: RepeatState = {
        version: 1,
        scenario: args.scenario,
        planHash: undefined,
        targets: args.against === undefined ? ["own"] : ["own", args.against],
        times: args.times,
        runs: [],
      };
      const folder = args.resume === undefined ? newFolder(args.out) : resolve(args.resume);
      const state = args.resume === undefined ? begun : checkSame(folder, await readRepeat(folder), begun);
      const ended = await repeatRuns({
        folder,
        begun: state,
        coolDown: args["cool-down"],
        aimAt: (side) => aim(args, side === "candidate" ? against : []),
        async beforeFirst() {
          await requireFolder(folder);
          warn(`Runs go to ${relative(process.cwd(), folder)}; Ctrl-C ends them, --resume with that folder goes on.`);
        },
      });
      if (typeof ended === "number") {
        if (ended === EXIT.interrupted) {
          warn(`Interrupted: the same command with --resume ${relative(process.cwd(), folder)} goes on.`);
        }
        return exit(ended);
      }
      await print(`\nCompare: ${compareCommand(folder, ended)}`);
      exit(EXIT.pass);
    },
  );
};

function newFolder(results: string): string {
  return resolve(results, `repeat-${compactTime(new Date())}-${newRunId()}`);
}

/** As overrides. Throws RollcallError "usage". */
function addressOf(text: string): readonly string[] {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined) {
    return [`target.host=${JSON.stringify(host)}`, `target.port=${port}`];
  }
  throw new RollcallError("usage", `--against ${text} is not host:port.`, "E.g. --against tb-next.example.com:1883.");
}

function compareCommand(folder: string, { targets }: RepeatState): string {
  const name = relative(process.cwd(), folder);
  return targets.length === 2 ? `rollcall compare ${name}` : `rollcall compare ${name} -- <another repeat's folder>`;
}
