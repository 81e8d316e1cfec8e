import { join } from "node:path";
import pLimit from "p-limit";
import { compareRuns, DEFAULT_POLICY } from "../../compare/compare.ts";
import { commonFloor } from "../../compare/floor.ts";
import { renderJunit } from "../../compare/junit.ts";
import { renderMarkdown } from "../../compare/markdown.ts";
import { type ComparedRun, differentPlans, refusals } from "../../compare/refusals.ts";
import { renderText } from "../../compare/text.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { print } from "../output.ts";
import { displayOptions, readSummary } from "../../runs/run/results.ts";
import { readRepeat, type RepeatState, type Side } from "../../runs/series/repeat-state.ts";
import { findRun, readPlan } from "../../runs/run/run-folder.ts";
import { type AddCommand, resultsOption } from "./command.ts";

/** Runs read at the same time: one without a summary is folded, which takes the memory of a run. */
const READ_AT_ONCE = 4;

export const add: AddCommand = (program, exit) => {
  program.command(
    "compare <base..>",
    "compare runs before `--` with runs after it: did the server get slower?",
    (command) =>
      resultsOption(command)
        .parserConfiguration({ "populate--": true })
        .positional("base", { type: "string", array: true, demandOption: true, describe: "runs of the base" })
        .option("format", {
          alias: "f",
          choices: ["text", "markdown", "json", "junit"] as const,
          default: "text" as const,
        })
        .option("minimum-effect", {
          type: "number",
          default: DEFAULT_POLICY.minimumEffect,
          describe: "smallest change that is called, as a share of the base",
        })
        .option("level", {
          type: "number",
          default: DEFAULT_POLICY.level,
          describe: "chance of any false alarm over all metrics together",
        })
        .option("force", { type: "boolean", default: false, describe: "compare runs of different plans" })
        .example("$0 compare 3f2a11 90bc2e -- 77e0d1 1c9a44", "two runs a side (four or more are needed to tell)"),
    async (args) => {
      const candidates = (args as { readonly "--"?: readonly unknown[] })["--"] ?? [];
      refuseOptions(candidates.map(String));
      const policy = {
        ...DEFAULT_POLICY,
        level: within("level", args.level),
        minimumEffect: within("minimum-effect", args["minimum-effect"]),
      };
      const { base, candidate } = await sidesOf(args.base, candidates.map(String), args.out);
      const reasons = refusals(base, candidate, { force: args.force });
      if (reasons.length > 0) {
        throw new RollcallError(
          "runs-not-comparable",
          `These runs must not be compared:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
          "Leave those runs out or make them again. --force, before the --, compares different plans, and nothing else.",
        );
      }
      const [left, right] = [summaries(base), summaries(candidate)];
      const floor = commonFloor([...left, ...right]);
      const comparison = compareRuns(left, right, { ...policy, floor }, differentPlans(base, candidate));
      switch (args.format) {
        case "text":
          await print(renderText(comparison, displayOptions()));
          break;
        case "markdown":
          await print(renderMarkdown(comparison));
          break;
        case "json":
          await print(`${JSON.stringify(comparison, undefined, 2)}\n`);
          break;
        case "junit":
          await print(renderJunit(comparison, base[0]?.summary.run.startedAt ?? ""));
      }
      exit(comparison.verdict === "regression" ? EXIT.threshold : EXIT.pass);
    },
  );
};

/** What stands behind `--` is a run, whatever it looks like. Throws RollcallError "usage". */
function refuseOptions(candidates: readonly string[]): void {
  const option = candidates.find((candidate) => candidate.startsWith("-"));
  if (option === undefined) return;
  throw new RollcallError(
    "usage",
    `${option} stands behind --, where only runs are expected.`,
    "Options come first: rollcall compare --force <base runs> -- <candidate runs>.",
  );
}

/** The runs of both sides: those named, or those of a repeat over two targets. Throws RollcallError "usage". */
async function sidesOf(base: readonly string[], candidates: readonly string[], results: string): Promise<Sides> {
  const [only] = base;
  if (candidates.length === 0 && base.length === 1 && only !== undefined) {
    const repeat = await findRepeat(only, results);
    if (repeat?.state.targets.length === 2) return bothSides(repeat);
  }
  if (candidates.length === 0) {
    throw new RollcallError(
      "usage",
      "There is nothing to compare with.",
      "Name the base runs, then --, then the candidates; or the folder of a repeat with --against.",
    );
  }
  return { base: await readRuns(base, results), candidate: await readRuns(candidates, results) };
}

interface Sides {
  readonly base: readonly ComparedRun[];
  readonly candidate: readonly ComparedRun[];
}

interface Repeat {
  readonly folder: string;
  readonly state: RepeatState;
}

async function bothSides({ folder, state }: Repeat): Promise<Sides> {
  const of = (side: Side) =>
    readRuns(
      state.runs.filter((run) => run.side === side).map((run) => join(folder, run.folder)),
      folder,
    );
  return { base: await of("base"), candidate: await of("candidate") };
}

async function findRepeat(reference: string, results: string): Promise<Repeat | undefined> {
  for (const folder of [reference, join(results, reference)]) {
    const state = await readRepeat(folder);
    if (state !== undefined) return { folder, state };
  }
  return undefined;
}

/** A folder of a repeat stands for its runs. */
async function readRuns(references: readonly string[], results: string): Promise<readonly ComparedRun[]> {
  const folders: string[] = [];
  for (const reference of references) {
    const repeat = await findRepeat(reference, results);
    if (repeat === undefined) folders.push(await findRun(reference, results));
    else folders.push(...repeat.state.runs.map((run) => join(repeat.folder, run.folder)));
  }
  return pLimit(READ_AT_ONCE).map(folders, async (folder) => ({
    summary: await readSummary(folder),
    plan: await readPlan(folder),
  }));
}

function within(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw new RollcallError("usage", `--${name} is ${value}.`, "Write a number between 0 and 1, for example 0.05.");
}

const summaries = (runs: readonly ComparedRun[]) => runs.map(({ summary }) => summary);
