import { join } from "node:path";
import { compareRuns, DEFAULT_POLICY } from "../../compare/compare.ts";
import { commonFloor } from "../../compare/floor.ts";
import { refusals } from "../../compare/refusals.ts";
import { changesSince } from "../../conformance/baseline.ts";
import { type ColumnId, expectationOf, titleOf } from "../../conformance/columns.ts";
import type { ConformanceResult } from "../../conformance/result.ts";
import { type ExitCode, RollcallError } from "../../model/error.ts";
import type { Strategy } from "../../model/plan.ts";
import { releaseName } from "../../model/release.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { judgeUpgrade } from "../../upgrade/judge.ts";
import { markKnown } from "../../upgrade/known-changes.ts";
import { statusOfOldName } from "../../upgrade/old-names.ts";
import type { ServerThen, UpgradeReport } from "../../upgrade/report.ts";
import type { CallAgainOptions } from "../verify/recalled.ts";
import type { ConformanceTarget } from "../conformance/conformance-target.ts";
import { readRepeat, type RepeatState } from "../../record/series-files.ts";
import { readSummary } from "../results/results.ts";
import { readPlan } from "../../record/plan-file.ts";
import { keptConformance } from "./upgrade-folder.ts";
import { conformanceStep, oldRollStep, reprovisionStep, runsStep, type StepDeps } from "./upgrade-steps.ts";

/** The second half: what of before still holds. A number: it ended early with that exit code, and goes on when it is called again. */
export async function checkAfter(
  deps: StepDeps,
  of: {
    readonly strategy: Strategy;
    readonly target: ConformanceTarget | undefined;
    readonly where: CallAgainOptions;
  },
): Promise<UpgradeReport | ExitCode> {
  const { folder, world } = deps;
  const before = await runsOf(join(folder, "before"));
  if (before.length < deps.state.times) throw unfinished(folder, before.length, deps.state.times);
  world.voice.warn(`Calling the roll of ${before.length} runs of before.`);
  const rollCall = await oldRollStep(world, before, of.where);
  const conformance = await conformanceStep(deps, "after", of.target);
  const baseline = await keptConformance(folder, "before");
  const { release, ...again } = await reprovisionStep(deps, before.at(-1) ?? "");
  const told = await releaseOf(before[0]);
  const reprovisioning = {
    ...again,
    expected: statusOfOldName(of.strategy, columnsOf(conformance, release)),
    expectedBefore: statusOfOldName(of.strategy, columnsOf(baseline, told)),
  };
  const ended = await runsStep(deps, "after");
  if (typeof ended === "number") return ended;
  const runs = { base: await compared(before), candidate: await compared(runsIn(join(folder, "after"), ended)) };
  const reasons = refusals(runs.base, runs.candidate, { force: false });
  const summaries = (side: typeof runs.base) => side.map(({ summary }) => summary);
  const [left, right] = [summaries(runs.base), summaries(runs.candidate)];
  const floor = commonFloor([...left, ...right]);
  const report: Omit<UpgradeReport, "verdict"> = {
    version: 1,
    rollcall: ROLLCALL_VERSION,
    before: await serverThen(baseline, before[0]),
    after: await serverThen(conformance, runsIn(join(folder, "after"), ended)[0]),
    rollCall,
    reprovisioning,
    conformance:
      baseline === undefined || conformance === undefined
        ? null
        : {
            compared: baseline.cases.filter(({ verdict }) => verdict !== "not-applicable").length,
            changes: markKnown(
              changesSince(baseline.cases, conformance.cases),
              baseline.expected,
              conformance.expected,
            ),
          },
    comparison: reasons.length > 0 ? null : compareRuns(left, right, { ...DEFAULT_POLICY, floor }),
    refusals: reasons,
  };
  return { ...report, verdict: judgeUpgrade(report) };
}

function unfinished(folder: string, made: number, times: number): RollcallError {
  return new RollcallError(
    "before-unfinished",
    `The half before the upgrade is not whole: it has ${made} of ${times} runs.`,
    `Finish it, if the server is not upgraded yet: rollcall upgrade-check before <scenario> --resume ${folder}`,
  );
}

/** Those that the server may be of: of the release that its administrator was told, else those that it behaves like. */
function columnsOf(conformance: ConformanceResult | undefined, told: string | null): readonly ColumnId[] {
  return told === null ? (conformance?.matches ?? []) : [expectationOf(told).column];
}

async function releaseOf(run: string | undefined): Promise<string | null> {
  return run === undefined ? null : ((await readSummary(run)).server?.version ?? null);
}

async function serverThen(conformance: ConformanceResult | undefined, run: string | undefined): Promise<ServerThen> {
  const summary = run === undefined ? undefined : await readSummary(run);
  const { version = null, edition = null } = summary?.server ?? {};
  const named = version === null ? null : releaseName({ version, edition });
  return {
    at: summary?.run.startedAt ?? "",
    target: summary?.run.target.url ?? "",
    server: conformance?.server ?? named,
    unknownRelease:
      conformance?.unknownRelease ?? (version === null ? undefined : expectationOf(version).unknownRelease),
    behavesLike: (conformance?.matches ?? []).map(titleOf),
  };
}

async function runsOf(series: string): Promise<readonly string[]> {
  const state = await readRepeat(series);
  return state === undefined ? [] : runsIn(series, state);
}

function runsIn(series: string, { runs }: RepeatState): readonly string[] {
  return runs.map(({ folder }) => join(series, folder));
}

function compared(folders: readonly string[]) {
  return Promise.all(
    folders.map(async (folder) => ({ summary: await readSummary(folder), plan: (await readPlan(folder)) as unknown })),
  );
}
