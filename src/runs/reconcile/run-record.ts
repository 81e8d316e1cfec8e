import { createFleetNames } from "../../fleet/fleet.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import type { RunRecord, Standing } from "../../operations/reconcile.ts";
import { hasEnd } from "../../record/journal-condition.ts";
import { readStandings } from "../../record/read-standings.ts";
import type { RunFiles } from "../../record/run-folder.ts";
import { eachStanding, type Stand, type Standings, untoldAttempts } from "../../record/standings.ts";
import { areNamesFresh, fleetNamesByGroup } from "../names/fleet-names.ts";
import type { RunProfile } from "../server/run-profiles.ts";
import { sharesOf } from "../run/shares-of.ts";

/** No load takes as long: what was created later was not made by the run, whatever its journals say. */
const LONGEST_LOAD_MS = 48 * 3_600_000;
/** After the last line of a journal the server may still be creating what it was asked for; its own time-out is 10 to 20 s. */
const GRACE_MS = 60_000;

/** A run's record, and whether its server may still be at work on what it was asked for. */
export interface RunEvidence extends RunRecord {
  /** Devices of which the server alone can tell whether they exist, or will. */
  readonly inDoubt: number;
  /** Milliseconds since 1970; no request was sent later. */
  readonly lastAsked: number;
}

/**
 * What the journals say of every name. A device claimed by a generator that died may exist: "unknown". So may one that was
 * answered FAILURE under a name that nobody else can have: an overloaded ThingsBoard says so of some whose device it has
 * committed (seen on 4.2.1: 12 of 4,000; DECISIONS.md). Names are those that the plan gives: a journal only says which.
 * `seenBefore`: ids of devices that bore a name of the run before it began; undefined: nobody looked.
 */
export async function readRunRecord(
  plan: RecordedPlan,
  files: Pick<RunFiles, "journals" | "rosters" | "members">,
  seenBefore: readonly string[] | undefined,
): Promise<RunEvidence> {
  return recordOf(plan, fleetNamesIfMade(plan), await readStandings(sharesOf(plan, files), files), seenBefore);
}

/** The same for the devices of each profile apart: a name is looked for in the profile of its group alone. */
export async function readRunRecords(
  plan: RecordedPlan,
  files: Pick<RunFiles, "journals" | "rosters" | "members">,
  seenBefore: readonly string[] | undefined,
  profiles: readonly RunProfile[],
): Promise<readonly RunEvidence[]> {
  const standings = await readStandings(sharesOf(plan, files), files);
  const names = fleetNamesIfMade(plan);
  return profiles.map((profile) => recordOf(plan, names, standings, seenBefore, profile));
}

/** By group: what was to fetch its credentials and was never asked for exists all the same. */
function fleetNamesIfMade(plan: RecordedPlan): readonly (readonly string[])[] {
  return plan.provisioning.strategy === "pre-provisioned" ? fleetNamesByGroup(plan) : [];
}

function recordOf(
  plan: RecordedPlan,
  madeBefore: readonly (readonly string[])[],
  standings: Standings,
  seenBefore: readonly string[] | undefined,
  profile?: Pick<RunProfile, "has" | "indices">,
): RunEvidence {
  const nameOf = createFleetNames(plan);
  const fresh = areNamesFresh(plan);
  const names = new Map<string, Standing>();
  let unnamed = 0;
  let inDoubt = 0;
  const note = (name: string | undefined, standing: Standing): void => {
    if (name === undefined || name.trim() === "") {
      if (standing !== "not-made") unnamed += 1;
      return;
    }
    const known = names.get(name);
    // A name may be asked for twice on purpose: what was made once was made.
    if (known === undefined || rank(standing) > rank(known)) names.set(name, standing);
  };
  /** Every attempt had a name of its own: that of the last stands as its device does, and those before may be there as well. */
  const noteEach = (stand: Stand, standing: Standing, most: number): void => {
    const untold = untoldAttempts(stand, most);
    const last = stand.tries?.last ?? 1;
    for (let attempt = 1; attempt <= Math.max(last, ...untold); attempt += 1) {
      const own = attempt === last ? standing : untold.includes(attempt) ? "unknown" : "not-made";
      if (own === "unknown") inDoubt += 1;
      note(nameOf(stand.seq, attempt), own);
    }
  };
  const { retry } = plan.fleet;
  for (const stand of eachStanding(standings)) {
    // What was never begun and has no line is nobody's.
    if (!stand.reported && stand.standing !== "doubtful") continue;
    if (profile?.has(stand.seq) === false) continue;
    const standing = standingOf(stand, fresh);
    if (retry?.sameName === false) noteEach(stand, standing, retry.attempts);
    else {
      if (standing === "unknown") inDoubt += 1;
      note(nameOf(stand.seq), standing);
    }
  }
  for (const [index, own] of madeBefore.entries()) {
    if (profile?.indices.includes(index) === false) continue;
    for (const name of own) note(name, "not-made");
  }
  const { strategy } = plan.provisioning;
  return {
    names,
    unnamed,
    // Where nothing is created nothing is waited for.
    inDoubt: strategy === "allow-create" || strategy === "x509-chain" ? inDoubt : 0,
    ...timesOf(standings),
    seenBefore: seenBefore === undefined ? undefined : new Set(seenBefore),
    gateway: plan.fleet.gateway,
    strategy,
  };
}

/** From the start of the first generator to what the server may still have been doing after the last. */
function timesOf({ journals }: Standings): Pick<RunEvidence, "from" | "to" | "lastAsked"> {
  let from = Infinity;
  let lastAsked = 0;
  for (const condition of journals.values()) {
    if (condition.header === undefined) continue;
    const begun = Date.parse(condition.header.startedAt);
    // One that did not come to its end may have started devices after the last that ended.
    const alive = hasEnd(condition) ? condition.lastEnded : Math.max(condition.lastEnded, condition.lastAlive);
    from = Math.min(from, begun);
    lastAsked = Math.max(lastAsked, begun + Math.max(0, alive) / 1_000);
  }
  return { from, to: Math.min(lastAsked + GRACE_MS, from + LONGEST_LOAD_MS), lastAsked };
}

function rank(standing: Standing): number {
  return ["not-made", "unknown", "told"].indexOf(standing);
}

function standingOf({ standing, failure }: Stand, fresh: boolean): Standing {
  switch (standing) {
    case "told":
      return "told";
    case "unknown":
    case "doubtful":
      return "unknown";
    case "rejected":
      return fresh && failure ? "unknown" : "not-made";
    case "failed":
    case "dropped":
    case "open":
      return "not-made";
  }
}
