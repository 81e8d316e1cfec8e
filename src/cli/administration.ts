import type { Argv } from "yargs";
import type { Administration, ServerFacts, ServerProfile } from "../model/administration.ts";
import { EXIT, RollcallError } from "../model/error.ts";
import type { Admin, Plan } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";
import { findProfile } from "../operations/find-profile.ts";
import { createAdministration } from "../thingsboard/admin.ts";
import { findRun, readPlan } from "./run-folder.ts";
import { checkClocks, type ReconciledRun, reconcileRun } from "./reconcile-run.ts";
import { listenForStops } from "./stop-signals.ts";

export interface AdminOptions {
  readonly adminUrl: string | undefined;
  readonly adminUser: string | undefined;
}

export function adminOptions<T>(command: Argv<T>) {
  return command
    .option("admin-url", { type: "string", describe: "ThingsBoard's REST API; default: admin.url of the run" })
    .option("admin-user", {
      type: "string",
      describe: "tenant administrator, password in ROLLCALL_ADMIN_PASSWORD; or ROLLCALL_ADMIN_API_KEY alone",
    });
}

interface Reconciled extends ReconciledRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly server: ServerFacts;
  readonly profile: ServerProfile;
}

/** Opens a run and its server, and holds one against the other; `use` is called with the connection still open. */
export async function withReconciled<T>(
  options: AdminOptions & { readonly run: string; readonly out: string; readonly credentials: number },
  use: (reconciled: Reconciled, admin: Administration, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = abort.signal;
  using _stops = listenForStops({
    drain: () => abort.abort(),
    abort: () => abort.abort(),
    leave: () => process.exit(EXIT.interrupted),
  });
  const folder = await findRun(options.run, options.out);
  const plan = await readPlan(folder);
  const admin = createAdministration(accessOf(forgetful(plan.admin), options, process.env));
  try {
    const server = await admin.server(stop);
    checkClocks(server);
    const profile = await findProfile(plan.provisioning, admin, stop);
    if (profile === undefined) throw noProfile(plan.provisioning.key);
    const reconciled = await reconcileRun(folder, plan, admin, profile, options.credentials, stop);
    return await use({ folder, plan, server, profile, ...reconciled }, admin, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    throw new RollcallError(
      "interrupted",
      "Interrupted before the server's devices were all read.",
      "Nothing is half done: give the same command again.",
      EXIT.interrupted,
    );
  } finally {
    await admin.close();
  }
}

const HOW_TO_ADMINISTER =
  "Give --admin-url and --admin-user with ROLLCALL_ADMIN_PASSWORD in the environment, or ROLLCALL_ADMIN_API_KEY.";

type Environment = Readonly<Record<string, string | undefined>>;

/** A run's plan.json keeps no secrets: they come from the environment again. */
export function forgetful(kept: Admin | undefined): Admin | undefined {
  return kept === undefined ? undefined : { ...kept, password: undefined, apiKey: undefined };
}

/** Throws RollcallError "no-admin". */
function accessOf(kept: Admin | undefined, options: AdminOptions, env: Environment): Admin {
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
  kept: Admin | undefined,
  { adminUrl, adminUser }: AdminOptions,
  env: Environment,
): Admin | undefined {
  const url = adminUrl ?? kept?.url;
  const username = adminUser ?? kept?.username;
  const { ROLLCALL_ADMIN_PASSWORD: password, ROLLCALL_ADMIN_API_KEY: key } = env;
  const secretOf = (text: string | undefined): Secret | undefined =>
    text === undefined || text === "" ? undefined : new Secret(text);
  const apiKey = secretOf(key) ?? kept?.apiKey;
  const secret = secretOf(password) ?? kept?.password;
  if (url !== undefined && (apiKey !== undefined || (username !== undefined && secret !== undefined))) {
    return { url, username, password: secret, apiKey, tls: kept?.tls };
  }
  if (adminUrl === undefined && adminUser === undefined) return undefined;
  const missing = url === undefined ? "--admin-url" : username === undefined ? "--admin-user" : "the password";
  throw new RollcallError("half-admin", `The administrator is given without ${missing}.`, HOW_TO_ADMINISTER);
}

function noProfile(key: string): RollcallError {
  return new RollcallError(
    "no-profile",
    `No device profile of this tenant has the provision key ${key}.`,
    "Check that the administrator is of the tenant that the run provisioned for, and that the profile still exists.",
  );
}
