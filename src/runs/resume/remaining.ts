import { endsByTime } from "../../model/devices-of.ts";
import { createGroupOf } from "../../model/group-of.ts";
import { createNames } from "../../fleet/names.ts";
import type { FleetPlan, Phase, RecordedPlan } from "../../model/plan.ts";
import { seq, type Seq } from "../../model/units.ts";
import { readStandings } from "../../record/read-standings.ts";
import type { RunFiles } from "../../record/run-folder.ts";
import { eachStanding, phaseOf, type Standings } from "../../record/standings.ts";
import { arrangeNames } from "../../model/arrange-names.ts";
import { sharesOf } from "../run/shares-of.ts";

export interface Remaining {
  /** Devices of the run that the server was or may have been asked for. */
  readonly asked: number;
  /** With as many devices each as are open; none if nothing is. */
  readonly phases: readonly Phase[];
  readonly firstSeq: Seq;
  readonly names: FleetPlan["names"];
  /** With as many devices each as are left of it; undefined: there are none. */
  readonly groups: FleetPlan["groups"];
  /** Names that are given and may exist already, though no line says so: nobody asks for them again. */
  readonly doubtful: readonly string[];
}

/**
 * What the journals of a run leave open. Seqs begin past the highest of the run: what is computed from a seq (generated names,
 * credentials, certificates) is never that of a device which may exist already, though no line says so. Where names are given, a
 * device that was never begun keeps its own.
 */
export async function remainingOf(
  plan: RecordedPlan,
  files: Pick<RunFiles, "journals" | "rosters" | "members">,
): Promise<Remaining> {
  const { asked, counts, open, doubtful } = leftOf(await readStandings(sharesOf(plan, files), files), plan);
  const groupOf = createGroupOf(plan.fleet);
  const kinds = plan.fleet.groups;
  const areGiven = plan.fleet.names.from === "list" || plan.provisioning.strategy === "pre-provisioned";
  const firstSeq = seq(Math.max(0, ...plan.phases.map((phase) => phase.firstSeq + phase.devices)));
  if (!areGiven) {
    const groups = kinds?.map((group, index) => ({
      ...group,
      count: counts.reduce((sum, byGroup) => sum + (byGroup[index] ?? 0), 0),
    }));
    const left = counts.map((byGroup) => byGroup.reduce((sum, count) => sum + count, 0));
    const { names } = plan.fleet;
    return { asked, phases: phasesOf(plan.phases, left, firstSeq), firstSeq, names, groups, doubtful: [] };
  }
  const nameOf = createNames(plan.fleet, plan.prefix);
  const namesOf = (seqs: readonly Seq[]): readonly string[] => seqs.map((each) => nameOf(each) ?? "");
  const phases = phasesOf(
    plan.phases,
    open.map(({ length }) => length),
    firstSeq,
  );
  const byGroup = (kinds ?? [undefined]).map((_, index) =>
    namesOf(open.flat().filter((each) => (groupOf(each) ?? 0) === index)),
  );
  const groups = kinds?.map((group, index) => ({ ...group, count: byGroup[index]?.length ?? 0 }));
  const fleet = { seed: plan.fleet.seed, firstSeq, ...(groups === undefined ? {} : { groups }) };
  const names = { from: "list", names: arrangeNames(fleet, byGroup) } as const;
  return { asked, phases, firstSeq, names, groups, doubtful: namesOf(doubtful) };
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

/** How many devices of each phase have no result, and which of them cannot exist yet, and which may. */
function leftOf(standings: Standings, { phases, fleet }: Pick<RecordedPlan, "phases" | "fleet">): Left {
  const { retry } = fleet;
  const groupOf = createGroupOf(fleet);
  const counts = phases.map(() => (fleet.groups ?? [undefined]).map(() => 0));
  const open = phases.map((): Seq[] => []);
  const doubtful: Seq[] = [];
  let asked = 0;
  const names = retry?.sameName === false ? retry.attempts : 1;
  for (const { seq: each, standing, reported, tries } of eachStanding(standings)) {
    if (standing !== "open" && standing !== "dropped")
      asked += names === 1 ? 1 : (tries?.last ?? (reported ? 1 : names));
    if (standing !== "open" && standing !== "doubtful") continue;
    const phase = phaseOf(standings.shares, each);
    // A phase that ends by time owes nobody a device.
    const owed = !endsByTime(phases[phase] ?? {});
    const ofPhase = counts[phase];
    const group = groupOf(each) ?? 0;
    if (owed && ofPhase !== undefined) ofPhase[group] = (ofPhase[group] ?? 0) + 1;
    if (standing === "open" && owed) open[phase]?.push(each);
    else if (standing === "open") continue;
    else doubtful.push(each);
  }
  return { asked, counts, open, doubtful };
}

interface Left {
  readonly asked: number;
  /** Of each phase, by group. */
  readonly counts: readonly (readonly number[])[];
  readonly open: readonly (readonly Seq[])[];
  readonly doubtful: readonly Seq[];
}
