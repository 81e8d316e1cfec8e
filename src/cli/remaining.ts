import type { Outcome } from "../model/outcome.ts";
import type { Phase } from "../model/plan.ts";
import { seq } from "../model/units.ts";
import { readJournal } from "../record/journal.ts";
import type { GeneratorFile } from "../record/run-folder.ts";

/**
 * The phases that provision what `journals` leave open, with as many devices each; none if nothing is open. Their seqs
 * begin past the highest of `phases`: what is computed from a seq (names, credentials, certificates) is never that of a
 * device which may exist already, though no line says so.
 */
export async function remainingPhases(
  phases: readonly Phase[],
  journals: readonly Pick<GeneratorFile, "path">[],
): Promise<readonly Phase[]> {
  const settled = phases.map(() => 0);
  for (const { path } of journals) {
    for await (const line of readJournal(path)) {
      if (line.kind !== "outcome" || !isSettled(line.outcome)) continue;
      settled[line.outcome.phase] = (settled[line.outcome.phase] ?? 0) + 1;
    }
  }
  let next = Math.max(0, ...phases.map(({ firstSeq, devices }) => firstSeq + devices));
  return phases.flatMap((phase, index) => {
    const devices = phase.devices - (settled[index] ?? 0);
    if (devices <= 0) return [];
    const firstSeq = seq(next);
    next += devices;
    return [{ ...phase, firstSeq, devices }];
  });
}

/** What a stop kept from an answer or from starting is open; what the in-flight cap dropped is a result. */
function isSettled({ result }: Outcome): boolean {
  switch (result.state) {
    case "provisioned":
    case "rejected":
    case "failed":
      return true;
    case "aborted":
      return false;
    case "dropped":
      return result.reason !== "interrupted";
  }
}
