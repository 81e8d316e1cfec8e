import type { Administration, ServerFacts } from "../../model/administration.ts";
import type { LookRecord } from "../../model/afterwards.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Admin, RecordedAdmin, RecordedPlan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { noteAfterwards } from "../../record/afterwards-file.ts";
import { readServerRecord } from "../../record/server-file.ts";
import { ADMIN_LIMITS, createAdministration } from "../../thingsboard/admin.ts";
import { printable } from "../../writing/text-width.ts";
import { findRun } from "../run/find-run.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import { isFound, lookUpProfiles, noProfile, profileNames } from "./run-profiles.ts";
import { checkClocks, type ReconciledRun, reconcileRun } from "./reconcile-run.ts";
import { settleMsOf } from "./settling.ts";
import { stopOnSignals } from "../run/stop-on-signals.ts";
import type { World } from "../world.ts";

export interface AdminOptions {
  /** Several: of one server, the next asked when one is down. */
  readonly adminUrl: string | readonly string[] | undefined;
  readonly adminUser: string | undefined;
  /** PEM file of the authority that its certificate is from; default: that of the scenario, else the machine's. */
  readonly adminAuthority?: string | undefined;
  /** For how long at most a server is waited for that may still be creating devices; see settleMsOf. */
  readonly settle?: string | undefined;
}

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
  use: (reconciled: Reconciled, admin: Administration, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const atMostMs = settleMsOf(options);
  return untilStopped(world, INTERRUPTED, async (stop) => {
    const folder = await findRun(options.run, options.out);
    const files = await openRunFolder(folder);
    await requireOver(folder, files, world.clock.wall());
    const { plan } = files;
    await using admin = openAdministration(world, plan.admin, options);
    const server = await admin.server(stop);
    checkClocks(server, world.clock);
    const profiles = await lookUpProfiles(plan, admin, stop);
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
    const reconciled = await reconcileRun(world, folder, plan, admin, profiles, looks, stop);
    await noteAfterwards(folder, {
      version: 1,
      kind: "look",
      at: reconciled.result.at,
      by: options.by,
      server: { version: server.version, edition: server.edition },
      profile,
      devices: reconciled.counts,
      reconciliation: reconciled.result,
      ...answeredIfSeveral(admin, urlsOf(plan.admin, options.adminUrl)),
    });
    return await use({ folder, plan, server, profile, ...reconciled }, admin, stop);
  });
}

const INTERRUPTED = "Interrupted before the server's devices were all read.";

/**
 * Runs `use` until it ends or a signal aborts its `stop`, which is then RollcallError "interrupted" with `said`. What it
 * does must be such that the same command can be given again.
 */
export async function untilStopped<T>(world: World, said: string, use: (stop: AbortSignal) => Promise<T>): Promise<T> {
  using stopping = stopOnSignals(world);
  try {
    return await use(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted || error instanceof RollcallError) throw error;
    throw new RollcallError(
      "interrupted",
      said,
      "Nothing is half done: give the same command again.",
      EXIT.interrupted,
    );
  }
}

/** With the access of `kept` (a plan's), of the options and of the environment. Throws RollcallError "no-admin". */
export function openAdministration(
  { variables, voice }: Pick<World, "variables" | "voice">,
  kept: KeptAdmin | undefined,
  options: AdminOptions,
): Administration & AsyncDisposable {
  const access = accessOf(kept, options, variables);
  if (access.tls?.insecure === true)
    voice.warn("warning: admin.tls.insecure: any certificate of the server is accepted");
  const admin = createAdministration(access, { ...ADMIN_LIMITS, onMove: tellMoves({ voice }) });
  return { ...admin, [Symbol.asyncDispose]: () => admin.close() };
}

const HOW_TO_ADMINISTER =
  "Give --admin-url and --admin-user with ROLLCALL_ADMIN_PASSWORD in the environment, or ROLLCALL_ADMIN_API_KEY.";

/** A scenario's access has its secrets; that of a run which is over has none. */
export type KeptAdmin = RecordedAdmin & Partial<Pick<Admin, "password" | "apiKey">>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws RollcallError "no-admin". */
export function accessOf(kept: KeptAdmin | undefined, options: AdminOptions, env: Environment): Admin {
  const access = accessIfAny(kept, options, env);
  if (access !== undefined) return access;
  throw new RollcallError(
    "no-admin",
    "The server can be asked by an administrator of the tenant only.",
    HOW_TO_ADMINISTER,
  );
}

/** Undefined: none of it is given. Half of it is a mistake: throws RollcallError "half-admin". */
export function accessIfAny(
  kept: KeptAdmin | undefined,
  { adminUrl, adminUser, adminAuthority: ca }: AdminOptions,
  env: Environment,
): Admin | undefined {
  const { url, moreUrls } = urlsOf(kept, adminUrl) ?? {};
  const username = adminUser ?? kept?.username;
  const { ROLLCALL_ADMIN_PASSWORD: password, ROLLCALL_ADMIN_API_KEY: key } = env;
  const secretOf = (text: string | undefined): Secret | undefined =>
    text === undefined || text === "" ? undefined : new Secret(text);
  const apiKey = secretOf(key) ?? kept?.apiKey;
  const secret = secretOf(password) ?? kept?.password;
  if (url !== undefined && (apiKey !== undefined || (username !== undefined && secret !== undefined))) {
    const tls = ca === undefined ? kept?.tls : { caFile: ca, serverName: kept?.tls?.serverName, insecure: false };
    const more = moreUrls === undefined ? {} : { moreUrls };
    return { url, ...more, username, password: secret, apiKey, tls };
  }
  if (adminUrl === undefined && adminUser === undefined) return undefined;
  const missing = url === undefined ? "--admin-url" : username === undefined ? "--admin-user" : "the password";
  throw new RollcallError("half-admin", `The administrator is given without ${missing}.`, HOW_TO_ADMINISTER);
}

/** Those of the options instead of those of a plan; undefined: there are none. */
export function urlsOf(
  kept: Pick<Admin, "url" | "moreUrls"> | undefined,
  adminUrl: AdminOptions["adminUrl"],
): Pick<Admin, "url" | "moreUrls"> | undefined {
  if (adminUrl === undefined) return kept;
  const [url, ...moreUrls] = [...new Set(typeof adminUrl === "string" ? [adminUrl] : adminUrl)];
  if (url === undefined) return kept;
  return moreUrls.length === 0 ? { url } : { url, moreUrls };
}

/** Which of several addresses told; with one there is nothing to say. */
export function answeredIfSeveral(
  admin: Pick<Administration, "answeredBy">,
  urls: Pick<Admin, "moreUrls"> | undefined,
): { readonly answeredBy?: readonly string[] } {
  return urls?.moreUrls === undefined ? {} : { answeredBy: admin.answeredBy() };
}

/** Says that another address is asked from now on. */
export function tellMoves({ voice }: Pick<World, "voice">): (from: string, to: string, why: string) => void {
  return (_, to, why) => voice.warn(`warning: ${printable(why)} ${to} is asked from now on.`);
}
