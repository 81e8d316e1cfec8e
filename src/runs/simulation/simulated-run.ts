import { RollcallError } from "../../model/error.ts";
import { readJournal } from "../../record/journal.ts";
import type { GeneratorFile } from "../../record/shard-files.ts";

/** Whether a run had a simulator of its own, by the first of its journals. */
export async function wasSimulated(journals: readonly GeneratorFile[]): Promise<boolean> {
  const [first] = journals;
  if (first === undefined) return false;
  for await (const line of readJournal(first.path)) return line.kind === "header" && line.simulated;
  return false;
}

export function simulatorGone(command: "verify" | "resume"): RollcallError {
  return new RollcallError(
    "simulator-gone",
    "This run was against a simulator of its own, which ended with it: nobody is there to call.",
    `To try ${command}, start \`rollcall simulate\`, run against it with --host 127.0.0.1 --port <port>, then ${command} that run.`,
  );
}
