import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { labelsText, readLabels, readNote, withLabels } from "../../model/labels.ts";
import { readRunLabels, writeRunLabels } from "../../record/labels-file.ts";
import { findRun } from "../results/find-run.ts";
import type { World } from "../world.ts";

export interface LabelRunOptions {
  readonly run: string;
  /** name=value. */
  readonly labels: readonly string[];
  readonly note: string | undefined;
  /** Names. */
  readonly remove: readonly string[];
  /** Folder of all results. */
  readonly out: string;
}

/** Says something of a run, at any time; with nothing to say, tells what was said. Throws RollcallError. */
export async function labelRun({ voice }: Pick<World, "voice">, options: LabelRunOptions): Promise<ExitCode> {
  const folder = await findRun(options.run, options.out);
  const before = await readRunLabels(folder);
  const unknown = options.remove.find((name) => !Object.hasOwn(before.labels, name));
  if (unknown !== undefined) {
    throw new RollcallError(
      "label",
      `The run has no label ${JSON.stringify(unknown.slice(0, 60))} that could be removed.`,
      `Its labels: ${labelsText(before.labels) || "none"}.`,
    );
  }
  const note = options.note === undefined ? {} : { note: readNote(options.note) };
  const after = withLabels(before, { labels: readLabels(options.labels), ...note }, options.remove);
  const asked = options.labels.length + options.remove.length > 0 || options.note !== undefined;
  if (asked) await writeRunLabels(folder, after);
  await voice.say(labelsText(after.labels) || "no labels");
  if (after.note !== "") await voice.say(after.note);
  return EXIT.pass;
}
