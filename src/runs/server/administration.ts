import type { Administration } from "../../model/administration.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { unfitForHeader } from "../../model/header-text.ts";
import type { Admin, RecordedAdmin } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { ADMIN_LIMITS, type AdminLimits, createAdministration } from "../../thingsboard/admin.ts";
import { parseZonedUrl } from "../../wires/socket/zoned-url.ts";
import { printable } from "../../writing/text-width.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";

export interface AdminOptions {
  /** Several: of one server, the next asked when one is down. */
  readonly adminUrl: string | readonly string[] | undefined;
  readonly adminUser: string | undefined;
  /** PEM file of the authority that its certificate is from; default: that of the scenario, else the machine's. */
  readonly ca?: string | undefined;
  /** For how long at most a server is waited for that may still be creating devices; see settleMsOf. */
  readonly settle?: string | undefined;
}

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
  const admin = createAdministration(access, { ...ADMIN_LIMITS, ...tellTroubles({ voice }) });
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
  throw noAdministrator();
}

export function noAdministrator(): RollcallError {
  return new RollcallError(
    "no-admin",
    "The server can be asked by an administrator of the tenant only.",
    HOW_TO_ADMINISTER,
  );
}

/** Undefined: none of it is given. Half of it is a mistake: throws RollcallError "half-admin". */
export function accessIfAny(
  kept: KeptAdmin | undefined,
  { adminUrl, adminUser, ca }: AdminOptions,
  env: Environment,
): Admin | undefined {
  const { url, moreUrls } = urlsOf(kept, adminUrl) ?? {};
  const username = adminUser ?? kept?.username;
  const { ROLLCALL_ADMIN_PASSWORD: password, ROLLCALL_ADMIN_API_KEY: key } = env;
  const secretOf = (text: string | undefined): Secret | undefined =>
    text === undefined || text === "" ? undefined : new Secret(text);
  const apiKey = key === undefined || key === "" ? kept?.apiKey : apiKeyOf(key, "ROLLCALL_ADMIN_API_KEY");
  const secret = secretOf(password) ?? kept?.password;
  if (url !== undefined && (apiKey !== undefined || (username !== undefined && secret !== undefined))) {
    const more = moreUrls === undefined ? {} : { moreUrls };
    return { url, ...more, username, password: secret, apiKey, tls: adminTls(kept?.tls, ca) };
  }
  if (adminUrl === undefined && adminUser === undefined && ca === undefined) return undefined;
  const missing = url === undefined ? "--admin-url" : username === undefined ? "--admin-user" : "the password";
  const given =
    adminUrl === undefined && adminUser === undefined ? "The administrator's authority (--ca)" : "The administrator";
  throw new RollcallError("half-admin", `${given} is given without ${missing}.`, HOW_TO_ADMINISTER);
}

/** An API key of the environment. Throws RollcallError "api-key" where it cannot be sent; it is not shown. */
export function apiKeyOf(text: string, source: string): Secret {
  const unfit = unfitForHeader(text);
  if (unfit === undefined) return new Secret(text);
  throw new RollcallError(
    "api-key",
    `The API key of ${source} has ${unfit} in it.`,
    "Set it again as ThingsBoard showed it, on one line.",
  );
}

/** With the authority of the options, and of what a plan has its server name alone. */
export function adminTls(own: Admin["tls"], caFile: AdminOptions["ca"]): Admin["tls"] {
  return caFile === undefined ? own : { caFile, serverName: own?.serverName, insecure: false };
}

/** What is no address is not shown: it may have a password in it, which everybody on this machine reads in the list of processes. */
function requireAdminUrl(typed: string): void {
  if (/^https?:\/\/[^\s@?#\p{Cc}]+$/iu.test(typed) && parseZonedUrl(typed) !== undefined) return;
  throw new RollcallError(
    "admin-url",
    typed.includes("@")
      ? "--admin-url has a user or a password in it: everybody on this machine can read it in the list of processes."
      : `--admin-url ${printable(typed) || "''"} is no address of a REST API.`,
    "Write it as http://tb.example.com:8080 or https://tb.example.com; user and password are --admin-user and ROLLCALL_ADMIN_PASSWORD.",
  );
}

/** Those of the options instead of those of a plan; undefined: there are none. Throws RollcallError "admin-url". */
export function urlsOf(
  kept: Pick<Admin, "url" | "moreUrls"> | undefined,
  adminUrl: AdminOptions["adminUrl"],
): Pick<Admin, "url" | "moreUrls"> | undefined {
  if (adminUrl === undefined) return kept;
  const [url, ...moreUrls] = [...new Set(typeof adminUrl === "string" ? [adminUrl] : adminUrl)];
  if (url === undefined) return kept;
  for (const each of [url, ...moreUrls]) requireAdminUrl(each);
  return moreUrls.length === 0 ? { url } : { url, moreUrls };
}

/** Which of several addresses told; with one there is nothing to say. */
export function answeredIfSeveral(
  admin: Pick<Administration, "answeredBy">,
  urls: Pick<Admin, "moreUrls"> | undefined,
): { readonly answeredBy?: readonly string[] } {
  return urls?.moreUrls === undefined ? {} : { answeredBy: admin.answeredBy() };
}

/** Says that another address is asked from now on, and that a server which wants fewer requests is waited for. */
export function tellTroubles({ voice }: Pick<World, "voice">): Pick<AdminLimits, "onMove" | "onWait"> {
  return {
    onMove: (_, to, why) => voice.warn(`warning: ${printable(why)} ${to} is asked from now on.`),
    onWait: (text) => voice.warn(`warning: ${text}`),
  };
}
