import { deviceVerdict } from "../../model/outcome.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import { readJournalBatches } from "../../record/journal.ts";
import type { RunFiles } from "../../record/run-folder.ts";

/** Names of the devices whose telemetry was acknowledged in the roll call; none where none was asked to publish. */
export async function provedDevices(
  { rollCall }: Pick<RecordedPlan, "rollCall">,
  { journals }: Pick<RunFiles, "journals">,
): Promise<ReadonlySet<string>> {
  const proved = new Set<string>();
  if (rollCall.proof !== "telemetry") return proved;
  for (const { path } of journals) {
    for await (const lines of readJournalBatches(path)) {
      for (const line of lines) {
        if (line.kind !== "roll-call" || line.entry.name === undefined) continue;
        if (deviceVerdict(line.entry)?.state === "connected") proved.add(line.entry.name);
      }
    }
  }
  return proved;
}
