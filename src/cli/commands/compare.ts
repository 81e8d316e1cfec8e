import { compareRuns, DEFAULT_POLICY } from "../../compare/compare.ts";
import { renderJunit } from "../../compare/junit.ts";
import { renderMarkdown } from "../../compare/markdown.ts";
import { type ComparedRun, refusals } from "../../compare/refusals.ts";
import { renderText } from "../../compare/text.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { print } from "../output.ts";
import { displayOptions, readResults } from "../results.ts";
import { findRun, readPlan } from "../run-folder.ts";
import { type AddCommand, resultsOption } from "./command.ts";

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
      if (candidates.length === 0) {
        throw new RollcallError(
          "usage",
          "There is nothing to compare with.",
          "Name the base runs, then --, then the candidates.",
        );
      }
      const policy = {
        ...DEFAULT_POLICY,
        level: within("level", args.level),
        minimumEffect: within("minimum-effect", args["minimum-effect"]),
      };
      const base = await readRuns(args.base, args.out);
      const candidate = await readRuns(candidates.map(String), args.out);
      const reasons = refusals(base, candidate, { force: args.force });
      if (reasons.length > 0) {
        throw new RollcallError(
          "runs-not-comparable",
          `These runs must not be compared:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
          "Leave those runs out or make them again. --force compares different plans, and nothing else.",
        );
      }
      const comparison = compareRuns(summaries(base), summaries(candidate), policy);
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

async function readRuns(references: readonly string[], results: string): Promise<readonly ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const reference of references) {
    const folder = await findRun(reference, results);
    const { summary } = await readResults(folder);
    runs.push({ summary, plan: await readPlan(folder) });
  }
  return runs;
}

function within(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw new RollcallError("usage", `--${name} is ${value}.`, "Write a number between 0 and 1, for example 0.05.");
}

const summaries = (runs: readonly ComparedRun[]) => runs.map(({ summary }) => summary);
