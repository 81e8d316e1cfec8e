import { compareRuns, DEFAULT_POLICY, exitCodeOf } from "../../compare/compare.ts";
import type { Comparison, Policy } from "../../compare/comparison.ts";
import { commonFloor } from "../../compare/floor.ts";
import { renderHtml } from "../../compare/html.ts";
import { renderJunit } from "../../compare/junit.ts";
import { renderMarkdown } from "../../compare/markdown.ts";
import { type ComparedRun, differentPlans, refusals } from "../../compare/refusals.ts";
import { renderText } from "../../compare/text.ts";
import { type ExitCode, RollcallError } from "../../model/error.ts";
import type { Voice, World } from "../world.ts";
import { type FormatsAsked, readFormats } from "../results/formats.ts";
import { type Sides, sidesOf } from "./sides.ts";
import { jsonText } from "../../writing/json-text.ts";

export const COMPARE_FORMATS = ["text", "markdown", "html", "json", "junit"] as const;
const EXTENSIONS = { text: "txt", markdown: "md", html: "html", json: "json", junit: "xml" } as const;
type FormatName = (typeof COMPARE_FORMATS)[number];

export type ComparisonForms = FormatsAsked<FormatName>;

/** By what is judged. Shares, 0 to 1. */
export interface ComparisonRules {
  readonly minimumEffect: number;
  readonly level: number;
  readonly force: boolean;
}

export interface CompareOptions extends ComparisonForms, ComparedFolders {}

export interface ComparedFolders extends ComparisonRules {
  readonly base: readonly string[];
  readonly candidates: readonly string[];
  /** Folder of all results. */
  readonly out: string;
}

interface Compared {
  readonly comparison: Comparison;
  readonly base: readonly ComparedRun[];
  readonly simulated: boolean;
}

/** Compares the runs of two sides and says what came of it. Throws RollcallError. */
export async function compare(
  { voice, clock }: Pick<World, "voice" | "clock">,
  options: CompareOptions,
): Promise<ExitCode> {
  return await giveComparison(voice, options, () => compareFolders(options, clock.wall()));
}

/** Says what comes of a comparison, in the forms that were asked for; those are looked at before anything is read. Throws RollcallError. */
export async function giveComparison(
  voice: Voice,
  forms: ComparisonForms,
  comparing: () => Promise<Compared>,
): Promise<ExitCode> {
  const giving = await readFormats<FormatName>(voice, forms, EXTENSIONS, []);
  const { comparison, base, simulated } = await comparing();
  await giving.give(
    {
      text: (display) => renderText(comparison, display),
      markdown: () => renderMarkdown(comparison),
      html: () => renderHtml(comparison, simulated),
      json: () => `${jsonText(comparison, 2)}\n`,
      junit: () => renderJunit(comparison, base[0]?.summary.run.startedAt ?? ""),
    },
    { run: "comparison" },
  );
  return exitCodeOf(comparison);
}

/** What the runs of two sides say about each other. `now`: milliseconds since 1970. Throws RollcallError. */
export async function compareFolders(options: ComparedFolders, now: number): Promise<Compared> {
  refuseOptions(options.candidates);
  const policy = policyOf(options);
  return judge(await sidesOf(options.base, options.candidates, options.out, now), policy, options);
}

/** Throws RollcallError "usage". */
export function policyOf({ level, minimumEffect }: Pick<ComparisonRules, "level" | "minimumEffect">): Policy {
  return {
    ...DEFAULT_POLICY,
    level: within("level", level),
    minimumEffect: within("minimum-effect", minimumEffect),
  };
}

/** Throws RollcallError "runs-not-comparable". */
export function judge({ base, candidate }: Sides, policy: Policy, { force }: Pick<ComparisonRules, "force">): Compared {
  const reasons = refusals(base, candidate, { force });
  if (reasons.length > 0) {
    throw new RollcallError(
      "runs-not-comparable",
      `These runs must not be compared:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
      "Leave those runs out or make them again. --force compares different plans or MQTT clients, and nothing else.",
    );
  }
  return { ...compareSides(base, candidate, policy), base };
}

/** Of sides that may be compared. */
export function compareSides(
  base: readonly ComparedRun[],
  candidate: readonly ComparedRun[],
  policy: Policy,
): { readonly comparison: Comparison; readonly simulated: boolean } {
  const [left, right] = [summaries(base), summaries(candidate)];
  const floor = commonFloor([...left, ...right]);
  const comparison = compareRuns(left, right, { ...policy, floor }, differentPlans(base, candidate));
  return { comparison, simulated: [...left, ...right].some(({ run }) => run.target.simulated) };
}

/** What stands behind `--` is a run, whatever it looks like. Throws RollcallError "usage". */
function refuseOptions(candidates: readonly string[]): void {
  const option = candidates.find((candidate) => candidate.startsWith("-"));
  if (option === undefined) return;
  throw new RollcallError(
    "usage",
    `${option} stands behind --, where only runs are expected.`,
    "Options come before --, or name the candidates by --against: rollcall compare <base runs> --against <candidates> --force.",
  );
}

function within(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw new RollcallError("usage", `--${name} is ${value}.`, "Write a number between 0 and 1, for example 0.05.");
}

const summaries = (runs: readonly ComparedRun[]) => runs.map(({ summary }) => summary);
