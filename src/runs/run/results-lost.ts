import { EXIT, reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { isFolder } from "../../record/make-folder.ts";

/**
 * For what comes after the load. Exit code 2 says that nothing was sent: that is not true any more, whatever is wrong with
 * the run's folder. Throws RollcallError "results-lost".
 */
export async function afterLoad<T>(
  folder: string,
  { prefix }: Pick<Plan, "prefix">,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const gone = !(await isFolder(folder));
    if (!gone && !(error instanceof RollcallError && error.exitCode === EXIT.usage)) throw error;
    const why = gone
      ? `${folder} was taken away while the run was under way.`
      : `The results of the run are damaged: ${reasonOf(error)}`;
    throw new RollcallError(
      "results-lost",
      `${why} Devices were asked for all the same.`,
      `Look for them on the server: the names and credentials that rollcall generates begin with ${prefix}.`,
      EXIT.unhealthy,
      error,
    );
  }
}
