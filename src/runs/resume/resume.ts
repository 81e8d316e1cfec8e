import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endsByTime, mostMadeBy } from "../../model/devices-of.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import type { TypedMetrics } from "../../metrics/metrics-setting.ts";
import { targetsOf, withTargets } from "../../model/target.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { readText } from "../../record/text-file.ts";
import { requireOver } from "../../record/under-way.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { printable } from "../../writing/text-width.ts";
import { resultsElsewhere } from "../crew/results-elsewhere.ts";
import { busSettingOf, type TypedBus } from "../crew/bus-setting.ts";
import { lookUpAll, requireSeveral, targetsElsewhere } from "../aim/places.ts";
import { newRunId } from "../aim/load-scenario.ts";
import { simulatorGone, wasSimulated } from "../simulation/simulated-run.ts";
import { askBeforeMany, placesOf } from "../run/ask-before-many.ts";
import { executeRun } from "../run/execute-run.ts";
import { openMetricsAsked } from "../under-way/metrics-asked.ts";
import { findRun } from "../results/find-run.ts";
import type { AdminOptions } from "../server/administration.ts";
import { settleMsOf } from "../reconcile/settling.ts";
import { tenantsIfAny } from "../server/tenants.ts";
import type { World } from "../world.ts";
import { remainingOf } from "./remaining.ts";
import { resumable, resumePlan, secretsAgain } from "./resume-plan.ts";

/** In the folder of a run that was resumed: the id of the run that did. Two would give the same names twice. */
const MARK = "resumed-by";
const NAMES_SHOWN = 5;

export interface ResumeOptions extends AdminOptions, Partial<TypedBus>, TypedMetrics {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  /** Where the server is now. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** One, or of each group `<group>=<file>`. */
  readonly secretFile: readonly string[];
  readonly quiet: boolean;
  readonly full: boolean;
  /** Instead of the plan's own ceiling. */
  readonly maxDevices: number | undefined;
  /** Do not ask before many devices are made. */
  readonly yes: boolean;
}

/** Provisions what a crashed or stopped run left open, as a run of its own. Throws RollcallError. */
export async function resume(world: World, options: ResumeOptions): Promise<ExitCode> {
  const { voice } = world;
  await using metrics = await openMetricsAsked(world, options);
  const folder = await findRun(options.run, options.out);
  const files = await openRunFolder(folder);
  const { plan, journals } = files;
  const keyed = resumable(plan);
  const elsewhere = options.host !== undefined || options.port !== undefined;
  if (!elsewhere && (await wasSimulated(journals))) throw simulatorGone("resume");
  await checkNotResumed(folder);
  await requireWritable(folder);
  await requireWritable(options.out);
  await requireOver(folder, files, world.clock.wall());
  const fetchFirst = await resultsElsewhere(folder);
  if (fetchFirst !== undefined) voice.warn(`note: ${fetchFirst}; what they tell of need not be made again.`);
  const remaining = await remainingOf(plan, files);
  if (remaining.doubtful.length > 0) voice.warn(doubtText(remaining.doubtful, plan.runId));
  const timed = plan.phases.filter(endsByTime).map(({ name }) => name);
  if (remaining.phases.length === 0 && timed.length > 0) {
    await voice.say(
      `Nothing to resume: the load of run ${plan.runId} ends by time (${timed.join(", ")}), so that no device of it is missing. Run its scenario again.`,
    );
    return EXIT.pass;
  }
  if (timed.length > 0) voice.warn(`note: ${timed.join(", ")} ended by time, and will not go on.`);
  if (remaining.phases.length === 0) {
    const other = remaining.doubtful.length > 0 ? "other " : "";
    await voice.say(`Nothing to resume: every ${other}device of run ${plan.runId} has its outcome.`);
    return EXIT.pass;
  }
  const askedBefore = (plan.askedBefore ?? 0) + remaining.asked;
  const maxDevices = ceilingFor(
    plan,
    options.maxDevices,
    askedBefore,
    mostMadeBy({ ...plan, phases: remaining.phases }),
  );
  const targets = targetsElsewhere(plan, options);
  const secrets = await secretsAgain(keyed, options.secretFile, world.variables);
  const left = resumePlan(keyed, remaining, newRunId(), secrets);
  const { plan: resumed, warnings } = await lookUpAll(withTargets(left, targets));
  requireSeveral(resumed.target, plan.rollCall.at);
  const aimed = {
    plan: { ...resumed, ...(maxDevices === undefined ? {} : { maxDevices, askedBefore }) },
    warnings,
    simulator: undefined,
    tenants: await tenantsIfAny(plan, options, world.variables),
    settle: settleMsOf(options),
    bus: busSettingOf(options),
    otherWork: await world.machine.otherWork.look(world.clock.waits),
    [Symbol.dispose]: () => undefined,
  };
  await askBeforeMany(world, {
    devices: mostMadeBy(resumed),
    places: targetsOf(resumed).flatMap(placesOf),
    simulated: false,
    yes: options.yes,
  });
  const mark = (): Promise<void> => markResumed(folder, resumed.runId);
  const { out: results, quiet, full } = options;
  return executeRun(world, aimed, { results, quiet, full, metrics, beforeLoad: mark });
}

/** A ceiling is of a run and all that resume it. Throws RollcallError "too-many-devices". */
function ceilingFor(
  { maxDevices }: Pick<RecordedPlan, "maxDevices">,
  given: number | undefined,
  asked: number,
  left: number,
): number | undefined {
  const most = given ?? maxDevices;
  if (most === undefined || asked + left <= most) return most;
  throw new RollcallError(
    "too-many-devices",
    `${given === undefined ? "maxDevices" : "--max-devices"} is ${formatCount(most)}: ${quantity(asked, "device")} were asked for before, and ${formatCount(left)} are left.`,
    `Raise it, if so many may be made: --max-devices ${asked + left}.`,
  );
}

async function checkNotResumed(folder: string): Promise<void> {
  const by = await readText(join(folder, MARK)).catch(() => undefined);
  if (by !== undefined) throw resumedAlready(by.trim());
}

/** Created exclusively, so that of two at once only one goes on. */
async function markResumed(folder: string, runId: string): Promise<void> {
  await writeFile(join(folder, MARK), `${runId}\n`, { flag: "wx" }).catch(async (error: unknown) => {
    await checkNotResumed(folder);
    throw error;
  });
}

function resumedAlready(by: string): RollcallError {
  return new RollcallError("resumed-already", `This run was resumed already, by run ${by}.`, `Resume ${by} instead.`);
}

/** Their outcome is for `reconcile` to find out: asked for again they could be refused for having succeeded. */
function doubtText(names: readonly string[], run: string): string {
  const some = names.length > NAMES_SHOWN ? `${names.slice(0, NAMES_SHOWN).join(", ")}, …` : names.join(", ");
  return `${quantity(names.length, "device")} may exist already and will not be asked for again: ${printable(some)}. \`rollcall reconcile ${run}\` tells.`;
}
