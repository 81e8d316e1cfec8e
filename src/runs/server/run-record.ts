import { createFleetNames } from "../../fleet/fleet.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { Plan } from "../../model/plan.ts";
import { seq } from "../../model/units.ts";
import type { RunRecord, Standing } from "../../operations/reconcile.ts";
import { readJournal } from "../../record/journal.ts";
import type { GeneratorFile } from "../../record/run-folder.ts";
import { areNamesFresh, fleetNames } from "../aim/fleet-names.ts";

/** After the last line of a journal the server may still be creating what it was asked for; its own time-out is 10 to 20 s. */
const GRACE_MS = 60_000;

/**
 * What the journals say of every name. A device claimed by a generator that died may exist: "unknown". So may one that was
 * answered FAILURE under a name that nobody else can have: an overloaded ThingsBoard says so of some whose device it has
 * committed (seen on 4.2.1: 12 of 4,000; DECISIONS.md).
 */
export async function readRunRecord(plan: Plan, journals: readonly GeneratorFile[]): Promise<RunRecord> {
  const nameOf = createFleetNames(plan);
  const fresh = areNamesFresh(plan);
  const names = new Map<string, Standing>();
  let unnamed = 0;
  let from = Infinity;
  let to = 0;
  const note = (name: string | undefined, standing: Standing): void => {
    if (name === undefined || name.trim() === "") {
      if (standing !== "not-made") unnamed += 1;
      return;
    }
    const known = names.get(name);
    // A name may be asked for twice on purpose: what was made once was made.
    if (known === undefined || rank(standing) > rank(known)) names.set(name, standing);
  };
  for (const { path } of journals) {
    let shard = { index: 0, count: 1 };
    let begun = 0;
    let claimed = -1;
    let whole = false;
    const reported = new Set<number>();
    for await (const line of readJournal(path)) {
      if (line.kind === "header") {
        ({ shard } = line);
        begun = Date.parse(line.startedAt);
        from = Math.min(from, begun);
        to = Math.max(to, begun + GRACE_MS);
      } else if (line.kind === "footer") whole = true;
      else if (line.kind === "claimed") claimed = Math.max(claimed, line.through);
      else if (line.kind === "outcome") {
        reported.add(line.outcome.seq);
        note(line.outcome.name, standingOf(line.outcome, fresh));
        to = Math.max(to, begun + line.outcome.ended / 1_000 + GRACE_MS);
      }
    }
    // Claims are made in blocks, beyond the last device too; who has written a footer has reported all that it started.
    if (whole) continue;
    for (const { firstSeq, devices } of plan.phases) {
      const last = Math.min(claimed, firstSeq + devices - 1);
      for (let each: number = firstSeq; each <= last; each += 1) {
        if (each % shard.count === shard.index && !reported.has(each)) note(nameOf(seq(each)), "unknown");
      }
    }
  }
  const { strategy } = plan.provisioning;
  // What was to fetch its credentials and was never asked for exists all the same.
  if (strategy === "pre-provisioned") for (const name of fleetNames(plan)) note(name, "not-made");
  return { names, unnamed, from, to, gateway: plan.fleet.gateway, strategy };
}

function rank(standing: Standing): number {
  return ["not-made", "unknown", "told"].indexOf(standing);
}

function standingOf({ result, name }: Outcome, fresh: boolean): Standing {
  switch (result.state) {
    case "provisioned":
      return "told";
    case "failed":
    case "aborted":
      return result.unknown ? "unknown" : "not-made";
    case "rejected":
      return fresh && name?.trim() && result.status === "FAILURE" ? "unknown" : "not-made";
    case "dropped":
      return "not-made";
  }
}
