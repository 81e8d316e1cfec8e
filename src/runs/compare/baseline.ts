import { resolve } from "node:path";
import { DEFAULT_POLICY, RUNS_TO_DECIDE } from "../../compare/compare.ts";
import { type ComparedRun, refusals } from "../../compare/refusals.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { Summary } from "../../model/summary.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { type Baseline, readBaseline, writeBaseline } from "../../record/baseline-file.ts";
import { serverName } from "../../report/sections/server.ts";
import { formatInstant, quantity } from "../../writing/notation.ts";
import { printable } from "../../writing/text-width.ts";
import { asTyped } from "../../writing/typed-command.ts";
import { findNewest } from "../results/find-run.ts";
import { dateOf, type World } from "../world.ts";
import { type ComparisonForms, giveComparison, judge, policyOf } from "./compare.ts";
import { readRuns } from "./sides.ts";
import { shownPath } from "../../writing/shown-path.ts";

export interface BaselineOptions extends ComparisonForms {
  readonly action: "save" | "compare";
  readonly file: string;
  /** None: the newest run or repeat of the results. */
  readonly runs: readonly string[];
  /** Folder of all results. */
  readonly out: string;
  /** Shares, 0 to 1; undefined: the usual ones. */
  readonly minimumEffect: number | undefined;
  readonly level: number | undefined;
  readonly force: boolean;
}

type Surroundings = Pick<World, "voice" | "clock" | "folder">;

/** Keeps runs in one file, or compares runs with those of such a file. Throws RollcallError. */
export async function baseline(world: Surroundings, options: BaselineOptions): Promise<ExitCode> {
  switch (options.action) {
    case "save":
      return await save(world, options);
    case "compare":
      return await compareWith(world, options);
  }
}

async function save(world: Surroundings, options: BaselineOptions): Promise<ExitCode> {
  refuseOptionsOfCompare(options);
  const { voice, clock } = world;
  const runs = await readRuns(await runsAsked(world, options), options.out, clock.wall());
  const reasons = refusals(runs, [], { force: false });
  if (reasons.length > 0) {
    throw new RollcallError(
      "runs-not-comparable",
      `These runs cannot be a baseline:\n${reasons.map((reason) => `  ${reason}`).join("\n")}`,
      "Leave those runs out or make them again. Runs of several scenarios need a baseline each.",
    );
  }
  const kept: Baseline = {
    version: 1,
    kind: "baseline",
    savedAt: dateOf(clock).toISOString(),
    rollcall: ROLLCALL_VERSION,
    runs: runs.map(({ plan, summary }) => ({ plan, summary })),
  };
  const path = resolve(world.folder, options.file);
  const bytes = await writeBaseline(path, kept);
  const shown = shownPath(path, world.folder);
  const failed = runs.filter(({ summary }) => !summary.verdict.passed);
  for (const { summary } of failed)
    voice.warn(`warning: ${summary.run.id} did not pass. ${printable(summary.verdict.headline)}`);
  if (runs.length < RUNS_TO_DECIDE) {
    voice.warn(
      `warning: a comparison with ${quantity(runs.length, "run")} ends undecided (exit code ${EXIT.undecided}): ` +
        `${RUNS_TO_DECIDE} runs or more can tell. Make them with: rollcall repeat <scenario> --times ${RUNS_TO_DECIDE}`,
    );
  }
  await voice.say(`Kept in ${shown} (${Math.ceil(bytes / 1_024)} KiB): ${inWords(kept)}.`);
  await voice.say(asTyped(`Compare later runs with them: rollcall baseline compare ${shown}`, voice.display().program));
  return EXIT.pass;
}

async function compareWith(world: Surroundings, options: BaselineOptions): Promise<ExitCode> {
  const { voice, clock } = world;
  const rules = {
    level: options.level ?? DEFAULT_POLICY.level,
    minimumEffect: options.minimumEffect ?? DEFAULT_POLICY.minimumEffect,
    force: options.force,
  };
  return await giveComparison(voice, options, async () => {
    const policy = policyOf(rules);
    const path = resolve(world.folder, options.file);
    const kept = await readBaseline(path);
    voice.warn(
      `Baseline ${shownPath(path, world.folder)}: ${inWords(kept)}, saved at ${printable(formatInstant(kept.savedAt))}.`,
    );
    const candidate = await readRuns(await runsAsked(world, options), options.out, clock.wall());
    refuseItsOwn(kept, candidate);
    return judge({ base: kept.runs, candidate }, policy, rules);
  });
}

/** Those named; else the newest, which is said. Throws RollcallError "no-such-run". */
async function runsAsked(
  { voice, folder }: Surroundings,
  { runs, out }: Pick<BaselineOptions, "runs" | "out">,
): Promise<readonly string[]> {
  if (runs.length > 0) return runs;
  const newest = await findNewest(out);
  voice.warn(`No runs were named: ${shownPath(newest, folder)} is the newest.`);
  return [newest];
}

/** A run is no evidence against itself. Throws RollcallError "runs-not-comparable". */
function refuseItsOwn({ runs }: Baseline, candidates: readonly ComparedRun[]): void {
  const ids = new Set(runs.map(({ summary }) => summary.run.id));
  const own = candidates.map(({ summary }) => summary.run.id).filter((id) => ids.has(id));
  if (own.length === 0) return;
  throw new RollcallError(
    "runs-not-comparable",
    `${own.map(printable).join(", ")}: the baseline was made from the same runs, and a run compared with itself shows nothing.`,
    "Make new runs first: rollcall repeat <scenario> --times 5.",
  );
}

/** "5 runs of smoke against mqtt://tb:1883, ThingsBoard CE 4.2.1" */
function inWords({ runs }: Pick<Baseline, "runs">): string {
  const of = (text: (summary: Summary) => string) => [...new Set(runs.map(({ summary }) => printable(text(summary))))];
  const servers = of(({ server }) => (server === undefined ? "" : serverName(server))).filter((name) => name !== "");
  const simulated = runs.every(({ summary }) => summary.run.target.simulated);
  const targets = of(({ run }) => run.target.url);
  const at = simulated ? "the simulator" : targets.length > 2 ? `${targets.length} targets` : targets.join(" and ");
  const what = `${quantity(runs.length, "run")} of ${of(({ run }) => run.scenario).join(" and ")} against ${at}`;
  return [what, ...servers].join(", ");
}

/** What is judged by is asked for where it is judged. Throws RollcallError "usage". */
function refuseOptionsOfCompare(options: BaselineOptions): void {
  const given = [
    ["--format", options.format],
    ["--json", options.json || undefined],
    ["--output", options.output],
    ["--minimum-effect", options.minimumEffect],
    ["--level", options.level],
    ["--force", options.force || undefined],
  ].find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new RollcallError(
    "usage",
    `${String(given[0])} is an option of \`rollcall baseline compare\`, and \`save\` has nothing to compare.`,
    "Leave it out here, and give it to `rollcall baseline compare <file>`.",
  );
}
