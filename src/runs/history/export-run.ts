import { basename, resolve } from "node:path";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { exportRun } from "../../record/export-run.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import { findRun } from "../results/find-run.ts";
import type { World } from "../world.ts";
import { quantity } from "../../writing/notation.ts";
import { shownPath } from "../../writing/shown-path.ts";

export interface ExportOptions {
  readonly run: string;
  /** A .tar.gz, or a folder; undefined: an archive named after the run, where the user is. */
  readonly output: string | undefined;
  readonly out: string;
}

/** Writes a copy of a run that others may see. Throws RollcallError. */
export async function exportOne(
  { voice, clock, folder: here }: Pick<World, "voice" | "clock" | "folder">,
  options: ExportOptions,
): Promise<ExitCode> {
  const folder = await findRun(options.run, options.out);
  const files = await openRunFolder(folder);
  await requireOver(folder, files, clock.wall());
  const to = resolve(here, options.output ?? `${basename(folder)}.tar.gz`);
  const names = await exportRun(folder, to);
  await voice.say(`${quantity(names.length, "file")} in ${shownPath(to, here)}: ${names.join(", ")}`);
  await voice.say(
    "Without the rosters, which have the devices' credentials: that run cannot be verified or cleaned up from there.",
  );
  return EXIT.pass;
}
