import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { LONGEST_MARK } from "../../model/mark.ts";
import { noteMark } from "../../record/marks-file.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { hasSummary } from "../../record/summary-file.ts";
import { writtenFile } from "../../record/under-way.ts";
import { printable } from "../../writing/text-width.ts";
import { dateOf, type World } from "../world.ts";
import { findRun } from "../results/find-run.ts";

export interface MarkOptions {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  readonly text: string;
}

/** Notes in a run that is under way what happens now. Its folder is its owner's, so nobody else can. Throws RollcallError. */
export async function mark({ clock, voice }: Pick<World, "clock" | "voice">, options: MarkOptions): Promise<ExitCode> {
  const at = dateOf(clock).toISOString();
  const text = options.text.trim();
  if (text === "" || text.length > LONGEST_MARK) {
    const wrong = text === "" ? "empty" : `${text.length} characters long`;
    throw new RollcallError(
      "usage",
      `The mark is ${wrong}.`,
      `Write 1 to ${LONGEST_MARK}: rollcall mark latest "node 2 killed".`,
    );
  }
  const folder = await findRun(options.run, options.out);
  if (await isOver(folder, clock.wall())) {
    throw new RollcallError(
      "run-over",
      "The run is over: a mark says what happens while it is under way.",
      "Mark it from another terminal while it runs.",
    );
  }
  await noteMark(folder, { version: 1, at, text });
  await voice.say(`Marked at ${at}: ${printable(text)}`);
  return EXIT.pass;
}

async function isOver(folder: string, now: number): Promise<boolean> {
  if (await hasSummary(folder)) return true;
  const files = await openRunFolder(folder);
  // It has not begun to write, or its journals come from elsewhere now and then.
  if (files.journals.length === 0 || files.members !== undefined) return false;
  return (await writtenFile(folder, files, now)) === undefined;
}
