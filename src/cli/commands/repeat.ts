import { join, relative, resolve } from "node:path";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { Summary } from "../../model/summary.ts";
import { formatMs, formatPercent, formatRate } from "../../model/notation.ts";
import { requireFolder } from "../../record/preflight.ts";
import { newRunId } from "../load-scenario.ts";
import { print, warn } from "../output.ts";
import { checkSame, nextSide, readRepeat, REPEAT_FILE, type RepeatState } from "../repeat-state.ts";
import { compactTime } from "../run-folder.ts";
import { coolDown, runOnce, writeState } from "../series.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

/** Void runs in a row after which the machine is not going to measure anything today. */
const MOST_VOID = 3;

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
      let state = args.resume === undefined ? begun : checkSame(folder, await readRepeat(folder), begun);
      await requireFolder(folder);
      warn(`Runs go to ${relative(process.cwd(), folder)}; Ctrl-C ends them, --resume with that folder goes on.`);
      let voids = 0;
      for (let side = nextSide(state); side !== undefined; side = nextSide(state)) {
        using aimed = await aim(args, side === "candidate" ? against : []);
        const { hash } = aimed.plan;
        if (state.planHash !== undefined && state.planHash !== hash) {
          throw new RollcallError("plan-changed", "The scenario is not that of the runs before.", "Begin anew.");
        }
        const { name, summary } = await runOnce(aimed, folder);
        await print(`${state.runs.length + 1}/${state.times * state.targets.length}  ${side}  ${lineOf(summary)}`);
        const stopped = stopOf(summary, voids);
        if (stopped !== undefined) return exit(stopped);
        if (summary.validity.grade === "void") {
          voids += 1;
        } else {
          voids = 0;
          state = { ...state, planHash: hash, runs: [...state.runs, { side, folder: name }] };
          await writeState(join(folder, REPEAT_FILE), state);
        }
        if (nextSide(state) !== undefined) await coolDown(args["cool-down"]);
      }
      await print(`\nCompare: ${compareCommand(folder, state)}`);
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

/** Why no further run is made; undefined: on. */
function stopOf({ run, validity }: Summary, voids: number): ExitCode | undefined {
  if (run.state === "interrupted") return EXIT.interrupted;
  if (run.state === "crashed") {
    warn(`A generator died in run ${run.id}: it is not counted.`);
    return EXIT.unhealthy;
  }
  if (validity.grade === "void" && voids + 1 >= MOST_VOID) {
    warn(`${MOST_VOID} runs in a row were void: this machine cannot make the load now.`);
    return EXIT.unhealthy;
  }
  return undefined;
}

function lineOf({ run, measured, validity, verdict }: Summary): string {
  const at = (q: number) => measured.latencies.roundTrip.withTimeouts.quantiles.find((each) => each.q === q)?.value;
  const ms = (value: number | null | undefined) =>
    value === null || value === undefined ? "-" : `${formatMs(value)} ms`;
  return [
    run.id,
    `p50 ${ms(at(0.5))}`,
    `p99 ${ms(at(0.99))}`,
    `${measured.provisionedRate === null ? "-" : formatRate(measured.provisionedRate)}/s`,
    `failures ${measured.failureRate === null ? "-" : formatPercent(measured.failureRate)}`,
    `${validity.grade}${validity.grade === "void" ? ", will be made again" : verdict.passed ? "" : ", not passed"}`,
  ].join("  ");
}

function compareCommand(folder: string, { targets }: RepeatState): string {
  const name = relative(process.cwd(), folder);
  return targets.length === 2 ? `rollcall compare ${name}` : `rollcall compare ${name} -- <another repeat's folder>`;
}
