import type { ServerFacts } from "../../model/administration.ts";
import type { LookRecord } from "../../model/afterwards.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import { noteAfterwards } from "../../record/afterwards-file.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { readServerRecord } from "../../record/server-file.ts";
import { requireOver } from "../../record/under-way.ts";
import { findRun } from "../results/find-run.ts";
import type { World } from "../world.ts";
import { type AdminOptions, answeredIfSeveral, untilStopped, urlsOf } from "../server/administration.ts";
import { checkClocks, type ReconciledRun, reconcileRun } from "./reconcile-run.ts";
import { isFound, lookUpProfiles, noProfile, profileNames } from "../server/run-profiles.ts";
import { settleMsOf } from "./settling.ts";
import { openTenants, tenantsOf, warnOfAnyCertificate } from "../server/tenants.ts";

export interface Reconciled extends ReconciledRun {
  readonly folder: string;
  readonly plan: RecordedPlan;
  readonly server: ServerFacts;
  /** As reports name it, or them. */
  readonly profile: string;
}

/** Opens a run and its server, holds one against the other and keeps what was seen; `use` is called with the connection still open. */
export async function withReconciled<T>(
  world: World,
  options: AdminOptions & {
    readonly run: string;
    readonly out: string;
    readonly credentials: number;
    readonly values: number;
    readonly by: LookRecord["by"];
    /** Whether the profile with one of these keys was made and deleted again by rollcall itself: then what is not there is no mistake. */
    readonly isGone?: (keys: readonly string[]) => boolean;
  },
  use: (reconciled: Reconciled, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const atMostMs = settleMsOf(options);
  return untilStopped(world, INTERRUPTED, async (stop) => {
    const folder = await findRun(options.run, options.out);
    const files = await openRunFolder(folder);
    await requireOver(folder, files, world.clock.wall());
    await requireWritable(folder);
    const { plan } = files;
    const access = await tenantsOf(plan, options, world.variables);
    warnOfAnyCertificate(world, access);
    await using tenants = openTenants(world, access);
    const server = await tenants.first.server(stop);
    checkClocks(server, world.clock);
    const profiles = await lookUpProfiles(plan, tenants, stop);
    const there = profiles.filter(isFound);
    const lost = profiles.find((each) => !isFound(each) && options.isGone?.(each.keys) !== true);
    // Where all are gone there is nothing to look at.
    const missing = lost ?? (there.length === 0 ? profiles[0] : undefined);
    if (missing !== undefined) throw noProfile(missing);
    const profile = profileNames(there);
    const seenBefore = (await readServerRecord(folder))?.seenBefore;
    const settling = { version: server.version, atMostMs, simulator: undefined };
    const { credentials, values } = options;
    const looks = { credentials, values, seenBefore, settling };
    const reconciled = await reconcileRun(world, folder, plan, tenants, profiles, looks, stop);
    await noteAfterwards(folder, {
      version: 1,
      kind: "look",
      at: reconciled.result.at,
      by: options.by,
      server: { version: server.version, edition: server.edition },
      profile,
      devices: reconciled.counts,
      reconciliation: reconciled.result,
      ...answeredIfSeveral(tenants, urlsOf(plan.admin, options.adminUrl)),
    });
    return await use({ folder, plan, server, profile, ...reconciled }, stop);
  });
}

const INTERRUPTED = "Interrupted before the server's devices were all read.";
