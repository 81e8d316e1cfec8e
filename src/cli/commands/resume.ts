import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, RollcallError } from "../../model/error.ts";
import { printable } from "../../writing/text-width.ts";
import { readJournal } from "../../record/journal.ts";
import { type GeneratorFile, openRunFolder } from "../../record/run-folder.ts";
import { quantity } from "../../writing/quantities.ts";
import { accessIfAny } from "../../runs/server/administration.ts";
import { executeRun } from "../../runs/run/execute-run.ts";
import { newRunId } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { remainingOf } from "../../runs/resume/remaining.ts";
import { checkResumable, resumePlan, secretAgain } from "../../runs/resume/resume-plan.ts";
import { findRun, readPlan } from "../../runs/run/run-folder.ts";
import { simulatorGone, wasSimulated } from "../../runs/aim/simulated-run.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

/** A generator writes a line a second: a journal at rest for so long has no writer. */
const AT_REST_MS = 4_000;
/** In the folder of a run that was resumed: the id of the run that did. Two would give the same names twice. */
const MARK = "resumed-by";
const NAMES_SHOWN = 5;

export const add: AddCommand = (program, exit) => {
  program.command(
    "resume <run>",
    "provision what a crashed or stopped run left open, under names that cannot exist yet, as a run of its own",
    (command) =>
      adminOptions(resultsOption(runPositional(command)))
        .option("host", { type: "string", describe: "where the server is now; default: where it was" })
        .option("port", { type: "number", describe: "its port now" })
        .option("secret-file", { type: "string", describe: "the provision secret; default: from where the run had it" })
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" }),
    async (args) => {
      const folder = await findRun(args.run, args.out);
      const plan = await readPlan(folder);
      const files = await openRunFolder(folder);
      const { journals } = files;
      checkResumable(plan);
      const elsewhere = args.host !== undefined || args.port !== undefined;
      if (!elsewhere && (await wasSimulated(journals))) throw simulatorGone("resume");
      await checkNotResumed(folder);
      await checkAtRest(journals);
      const remaining = await remainingOf(plan, files);
      if (remaining.doubtful.length > 0) warn(doubtText(remaining.doubtful, plan.runId));
      if (remaining.phases.length === 0) {
        const other = remaining.doubtful.length > 0 ? "other " : "";
        await print(`Nothing to resume: every ${other}device of run ${plan.runId} has its outcome.`);
        exit(EXIT.pass);
        return;
      }
      const secret = await secretAgain(plan.provisioning, args.secretFile, process.env);
      const resumed = resumePlan(plan, remaining, newRunId(), secret);
      const target = { ...plan.target, host: args.host ?? plan.target.host, port: args.port ?? plan.target.port };
      const aimed = {
        plan: { ...resumed, target },
        warnings: [],
        simulator: undefined,
        admin: accessIfAny(plan.admin, args, process.env),
        [Symbol.dispose]: () => undefined,
      };
      const mark = (): Promise<void> => markResumed(folder, resumed.runId);
      exit(await executeRun(aimed, { results: args.out, quiet: args.quiet, beforeLoad: mark }));
    },
  );
};

async function checkNotResumed(folder: string): Promise<void> {
  const by = await readFile(join(folder, MARK), "utf8").catch(() => undefined);
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

/** Generators that lost their parent finish what they have; a device must not be in their journal and in the new run. */
async function checkAtRest(journals: readonly GeneratorFile[]): Promise<void> {
  for (const { path } of journals) {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > AT_REST_MS || (await isFinished(path))) continue;
    throw new RollcallError(
      "run-not-over",
      `The run is not over: ${path} was written to a moment ago.`,
      "Wait for it to end, or for some seconds after a crash.",
    );
  }
}

async function isFinished(path: string): Promise<boolean> {
  for await (const line of readJournal(path)) if (line.kind === "footer") return true;
  return false;
}

/** Their outcome is for `reconcile` to find out: asked for again they could be refused for having succeeded. */
function doubtText(names: readonly string[], run: string): string {
  const some = names.length > NAMES_SHOWN ? `${names.slice(0, NAMES_SHOWN).join(", ")}, …` : names.join(", ");
  return `${quantity(names.length, "device")} may exist already and will not be asked for again: ${printable(some)}. \`rollcall reconcile ${run}\` tells.`;
}
