import { reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import type { DeviceCounts, ServerRecord } from "../../model/server-record.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { commonStart } from "../../operations/prepare-devices.ts";
import { writeServerRecord } from "../../record/server-file.ts";
import { answeredIfSeveral } from "../server/administration.ts";
import { areNamesFresh, fleetNames } from "../names/fleet-names.ts";
import type { EmbeddedSimulator } from "../simulation/embedded-simulator.ts";
import { type FoundProfile, isFound, lookUpProfiles, profileNames, whyNoProfile } from "../server/run-profiles.ts";
import {
  checkClocks,
  CREDENTIALS_LOOKED_AT,
  reconcileRun,
  type Reconciling,
  VALUES_LOOKED_AT,
} from "./reconcile-run.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import { openTenants, type TenantAccess, type Tenants } from "../server/tenants.ts";
import type { World } from "../world.ts";

/** A run's server, asked before the load and after the roll call; nothing is asked while anything is measured. */
export interface ServerWatch {
  /** Holds the run against the server, and writes server.json. Never rejects: what cannot be looked at is said there. */
  finish(folder: string): Promise<void>;
}

export interface Watched {
  /** Not empty. */
  readonly tenants: readonly TenantAccess[];
  readonly plan: Plan;
  readonly settle: number;
  readonly simulator: EmbeddedSimulator | undefined;
}

/** Rejects with RollcallError where the administrator is not let in: better now than after the load. */
export async function watchServer(
  world: World,
  { tenants: access, plan, settle, simulator }: Watched,
): Promise<ServerWatch> {
  const never = new AbortController().signal;
  const tenants = openTenants(world, access);
  try {
    const facts = await tenants.first.server(never);
    const profiles = await lookUpProfiles(plan, tenants, never);
    const there = profiles.filter(isFound);
    // What is not known of one is not known of the run.
    const isWhole = there.length === profiles.length;
    const before = await counts(tenants, there, never);
    const seen = isWhole ? await lookBefore(there, plan, never) : undefined;
    const unchecked = profiles.filter((each) => !isFound(each)).map(whyNoProfile);
    if (seen?.why !== undefined) unchecked.push(seen.why);
    const seenBefore = seen?.ids === undefined ? {} : { seenBefore: seen.ids };
    const server = { version: facts.version, edition: facts.edition };
    const known = {
      version: 1,
      server,
      profile: there.length === 0 ? null : profileNames(there),
      ...seenBefore,
    } as const;
    return {
      async finish(folder) {
        try {
          const settling = { version: facts.version, atMostMs: settle, simulator };
          const after = await afterwards(
            world,
            tenants,
            { there, isWhole },
            { plan, folder, seenBefore: seen?.ids, settling },
          );
          const devices = { before, after: after.counts };
          const { reconciliation } = after;
          const said = [...unchecked, ...after.unchecked];
          await writeServerRecord(folder, {
            ...known,
            devices,
            reconciliation,
            unchecked: said,
            ...answeredIfSeveral(tenants, access[0]?.access),
          });
        } catch (error) {
          world.voice.warn(`warning: what the server has could not be written down: ${reasonOf(error)}`);
        } finally {
          await tenants.close();
        }
      },
    };
  } catch (error) {
    await tenants.close();
    throw error;
  }
}

/** The devices that have a name of the run already: it will not have made them. One list of each tenant, of which a fresh prefix leaves nothing. */
async function lookBefore(
  profiles: readonly FoundProfile[],
  plan: Plan,
  stop: AbortSignal,
): Promise<{ readonly ids?: readonly string[]; readonly why?: string }> {
  const { strategy } = plan.provisioning;
  if (strategy === "pre-provisioned" || strategy === "disabled") return {};
  const isOwn = ownNames(plan);
  if (isOwn === undefined) return { ids: [] };
  const start = isOwn.start;
  const profileIds = new Set(profiles.map(({ profile }) => profile.id));
  const admins = new Set(profiles.map(({ admin }) => admin));
  const lists =
    start === ""
      ? profiles.map(({ admin, profile }) => devicesOfProfile(admin, profile, stop))
      : [...admins].map((admin) => admin.devicesNamedLike(start, stop));
  const ids: string[] = [];
  try {
    for (const listed of lists) {
      for await (const { id, name, profileId } of listed) {
        if (profileIds.has(profileId) && isOwn.has(name)) ids.push(id);
      }
    }
    return { ids };
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === "filter-ignored")) throw error;
    return { why: `which of the run's names were there before: ${error.message.replace(/\.$/, "")}` };
  }
}

/** Undefined: they are left to the server. `start`: what all of them begin with. */
function ownNames(plan: Plan): { readonly start: string; readonly has: (name: string) => boolean } | undefined {
  // Nobody else has this prefix: to look for each name of a large fleet says nothing more.
  if (areNamesFresh(plan)) return { start: plan.prefix, has: () => true };
  const names = new Set(fleetNames(plan));
  return names.size === 0 ? undefined : { start: commonStart([...names]), has: (name) => names.has(name) };
}

interface Afterwards {
  readonly counts: DeviceCounts | null;
  readonly reconciliation: ServerRecord["reconciliation"];
  readonly unchecked: readonly string[];
}

async function afterwards(
  world: World,
  tenants: Tenants,
  { there, isWhole }: { readonly there: readonly FoundProfile[]; readonly isWhole: boolean },
  {
    plan,
    folder,
    seenBefore,
    settling,
  }: Pick<Reconciling, "seenBefore" | "settling"> & { readonly plan: Plan; readonly folder: string },
): Promise<Afterwards> {
  using stopping = stopOnSignals(world);
  let counted: DeviceCounts | null = null;
  try {
    counted = await counts(tenants, there, stopping.signal);
    if (!isWhole) return { counts: counted, reconciliation: null, unchecked: [] };
    checkClocks(await tenants.first.server(stopping.signal), world.clock);
    const looks = { credentials: CREDENTIALS_LOOKED_AT, values: VALUES_LOOKED_AT, seenBefore, settling };
    const after = await reconcileRun(world, folder, plan, tenants, there, looks, stopping.signal);
    return { counts: after.counts, reconciliation: after.result, unchecked: [] };
  } catch (error) {
    if (!stopping.signal.aborted && !(error instanceof RollcallError)) throw error;
    const why = stopping.signal.aborted ? "interrupted" : reasonOf(error);
    return { counts: counted, reconciliation: null, unchecked: [`the run was not reconciled: ${why}`] };
  }
}

/** Counts the devices of the tenants, and of the profiles. */
async function counts(
  tenants: Pick<Tenants, "countDevices">,
  profiles: readonly FoundProfile[],
  stop: AbortSignal,
): Promise<DeviceCounts> {
  const tenant = await tenants.countDevices(stop);
  let devices = 0;
  for (const { admin, profile } of profiles) devices += await admin.countDevices(profile, stop);
  return { tenant, profile: profiles.length === 0 ? null : devices };
}
