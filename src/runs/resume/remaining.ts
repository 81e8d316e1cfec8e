import { createNames } from "../../fleet/names.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { FleetPlan, Phase, Plan } from "../../model/plan.ts";
import { seq, type Seq } from "../../model/units.ts";
import { readJournal } from "../../record/journal.ts";
import type { GeneratorFile } from "../../record/run-folder.ts";

type Journals = readonly Pick<GeneratorFile, "generator" | "path">[];

export interface Remaining {
  /** With as many devices each as are open; none if nothing is. */
  readonly phases: readonly Phase[];
  readonly firstSeq: Seq;
  readonly names: FleetPlan["names"];
  /** Names that are given and may exist already, though no line says so: nobody asks for them again. */
  readonly doubtful: readonly string[];
}

/**
 * What the journals of a run leave open. Seqs begin past the highest of the run: what is computed from a seq (generated names,
 * credentials, certificates) is never that of a device which may exist already, though no line says so. Where names are given, a
 * device that was never begun keeps its own.
 */
export async function remainingOf(plan: Plan, journals: Journals): Promise<Remaining> {
  const { open, doubtful } = await openDevices(plan, journals);
  const areGiven = plan.fleet.names.from === "list" || plan.provisioning.strategy === "pre-provisioned";
  const firstSeq = seq(Math.max(0, ...plan.phases.map((phase) => phase.firstSeq + phase.devices)));
  if (!areGiven) {
    const counts = open.map((seqs, index) => seqs.length + (doubtful[index]?.length ?? 0));
    return { phases: phasesOf(plan.phases, counts, firstSeq), firstSeq, names: plan.fleet.names, doubtful: [] };
  }
  const nameOf = createNames(plan.fleet, plan.prefix);
  const namesOf = (seqs: readonly number[]): readonly string[] => seqs.map((each) => nameOf(seq(each)) ?? "");
  const phases = phasesOf(
    plan.phases,
    open.map(({ length }) => length),
    firstSeq,
  );
  const names = { from: "list", names: namesOf(open.flat()) } as const;
  return { phases, firstSeq, names, doubtful: namesOf(doubtful.flat()) };
}

function phasesOf(phases: readonly Phase[], counts: readonly number[], firstSeq: number): readonly Phase[] {
  let next = firstSeq;
  return phases.flatMap((phase, index) => {
    const devices = counts[index] ?? 0;
    if (devices === 0) return [];
    const first = seq(next);
    next += devices;
    return [{ ...phase, firstSeq: first, devices }];
  });
}

/** By phase, the seqs that have no result: those never begun, and those of which nobody knows whether they were. */
async function openDevices(
  { phases, generators }: Plan,
  journals: Journals,
): Promise<{ readonly open: readonly (readonly number[])[]; readonly doubtful: readonly (readonly number[])[] }> {
  const count = typeof generators === "number" ? generators : journals.length;
  const reported = new Map<number, "settled" | "open" | "doubtful">();
  const claimedBy = new Map<number, number>();
  for (const { generator, path } of journals) {
    let claimed = -1;
    for await (const line of readJournal(path)) {
      if (line.kind === "outcome") reported.set(line.outcome.seq, standingOf(line.outcome));
      else if (line.kind === "claimed") claimed = Math.max(claimed, line.through);
      // Claims are made in blocks; who has written a footer has reported all that it began.
      else if (line.kind === "footer") claimed = -1;
    }
    claimedBy.set(generator, claimed);
  }
  const standing = (each: number): "settled" | "open" | "doubtful" =>
    reported.get(each) ?? (each <= (claimedBy.get(each % count) ?? -1) ? "doubtful" : "open");
  const seqsOf = ({ firstSeq, devices }: Phase): readonly number[] =>
    Array.from({ length: devices }, (_, index) => firstSeq + index);
  const those = (wanted: "open" | "doubtful") =>
    phases.map((phase) => seqsOf(phase).filter((each) => standing(each) === wanted));
  return { open: those("open"), doubtful: those("doubtful") };
}

/** What a stop kept from an answer or from starting has no result; what the in-flight cap dropped has: the load was too much. */
function standingOf({ result }: Outcome): "settled" | "open" | "doubtful" {
  switch (result.state) {
    case "provisioned":
    case "rejected":
    case "failed":
      return "settled";
    case "aborted":
      return result.unknown ? "doubtful" : "open";
    case "dropped":
      return result.reason === "interrupted" ? "open" : "settled";
  }
}
