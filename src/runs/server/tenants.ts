import type { Administration } from "../../model/administration.ts";
import { RollcallError } from "../../model/error.ts";
import { type GroupAdmin, isSameAdmin, type RecordedGroupAdmin } from "../../model/group-admin.ts";
import type { Admin } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { readText } from "../../record/text-file.ts";
import { readSource } from "../../scenario/environment.ts";
import { ADMIN_LIMITS, createAdministration } from "../../thingsboard/admin.ts";
import type { World } from "../world.ts";
import {
  accessIfAny,
  apiKeyOf,
  adminTls,
  type AdminOptions,
  type KeptAdmin,
  noAdministrator,
  tellTroubles,
  urlsOf,
} from "./administration.ts";

/** The administrator of a tenant, and the groups whose profiles are of it. */
export interface TenantAccess {
  readonly access: Admin;
  /** Indices of groups; of a fleet without groups the one, 0. */
  readonly groups: readonly number[];
}

/** What a plan, of a run that is over too, says of its administrators. */
interface AdministeredPlan {
  readonly admin: KeptAdmin | undefined;
  readonly groups?: readonly { readonly name: string; readonly admin?: KeptGroupAdmin | undefined }[] | undefined;
}

type KeptGroupAdmin = RecordedGroupAdmin & Partial<Pick<GroupAdmin, "password" | "apiKey">>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Who can be asked what the server has, each once; empty: nobody is given. Where a group has an administrator of its own, each
 * group must have one. Throws RollcallError "half-admin".
 */
export async function tenantsIfAny(
  plan: AdministeredPlan,
  options: AdminOptions,
  env: Environment,
): Promise<readonly TenantAccess[]> {
  const groups = plan.groups ?? [];
  const own = await Promise.all(groups.map(({ name, admin }) => ownAdmin(name, admin, env)));
  const base = accessIfAny(plan.admin, options, env);
  if (own.every((each) => each === undefined)) {
    return base === undefined ? [] : [{ access: base, groups: plan.groups?.map((_, index) => index) ?? [0] }];
  }
  const urls = urlsOf(plan.admin, options.adminUrl);
  const tls = adminTls(plan.admin?.tls, options.ca);
  const tenants: { readonly access: Admin; readonly groups: number[] }[] = [];
  for (const [index, { name }] of groups.entries()) {
    const who = own[index];
    const access = who === undefined || urls === undefined ? base : { ...urls, ...who, tls };
    if (access === undefined) throw halfAdmin(name, urls === undefined ? "--admin-url" : "a user");
    const known = tenants.find((each) => isSameAdmin(each.access, access));
    if (known === undefined) tenants.push({ access, groups: [index] });
    else known.groups.push(index);
  }
  return tenants;
}

/** As tenantsIfAny; throws RollcallError "no-admin" where there is nobody. */
export async function tenantsOf(
  plan: AdministeredPlan,
  options: AdminOptions,
  env: Environment,
): Promise<readonly TenantAccess[]> {
  const tenants = await tenantsIfAny(plan, options, env);
  if (tenants.length === 0) throw noAdministrator();
  return tenants;
}

/** What the environment says of a group's administrator counts before what the scenario says. Undefined: it has none of its own. */
async function ownAdmin(
  group: string,
  kept: KeptGroupAdmin | undefined,
  env: Environment,
): Promise<Pick<Admin, "username" | "password" | "apiKey"> | undefined> {
  const variable = (what: string): string | undefined => env[variableOf(what, group)] || undefined;
  const given = { user: variable("USER"), password: variable("PASSWORD"), apiKey: variable("API_KEY") };
  if (kept === undefined && Object.values(given).every((each) => each === undefined)) return undefined;
  const username = given.user ?? kept?.username;
  const again = username === undefined ? await secretAgain(kept, env) : undefined;
  const apiKey =
    given.apiKey !== undefined
      ? apiKeyOf(given.apiKey, variableOf("API_KEY", group))
      : (kept?.apiKey ?? (again && apiKeyOf(again.reveal(), kept?.secretSource ?? "")));
  if (apiKey !== undefined) return { username: undefined, password: undefined, apiKey };
  if (username === undefined) throw halfAdmin(group, "a user", variableOf("USER", group));
  const password =
    given.password === undefined ? (kept?.password ?? (await secretAgain(kept, env))) : new Secret(given.password);
  if (password === undefined) throw halfAdmin(group, "the password", variableOf("PASSWORD", group));
  return { username, password, apiKey: undefined };
}

/** A run keeps where its secrets came from. Undefined: it is not there any more. */
async function secretAgain(kept: KeptGroupAdmin | undefined, env: Environment): Promise<Secret | undefined> {
  const source = readSource(kept?.secretSource ?? "");
  if (source === undefined) return undefined;
  const { from, where } = source;
  const text = from === "environment" ? env[where] : (await readText(where).catch(() => undefined))?.trim();
  return text === undefined || text.trim() === "" ? undefined : new Secret(text);
}

function variableOf(what: string, group: string): string {
  return `ROLLCALL_ADMIN_${what}_${group.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}

function halfAdmin(group: string, missing: string, variable?: string): RollcallError {
  return new RollcallError(
    "half-admin",
    `The administrator of the tenant of ${group} is given without ${missing}.`,
    variable === undefined
      ? "Give --admin-url (admin.url), and --admin-user with ROLLCALL_ADMIN_PASSWORD for the groups that name no administrator of their own."
      : `Set ${variable}, or write it in the scenario: fleet.groups, admin of ${group}.`,
  );
}

/** For commands that print no warnings of a scenario, among which it is. */
export function warnOfAnyCertificate({ voice }: Pick<World, "voice">, access: readonly TenantAccess[]): void {
  if (access.some((each) => each.access.tls?.insecure === true))
    voice.warn("warning: admin.tls.insecure: any certificate is accepted");
}

/** The administrators of a plan's tenants, connected. */
export interface Tenants extends AsyncDisposable {
  readonly first: Administration;
  /** Whose tenant the group of this index is of. */
  of(group: number): Administration;
  /** Devices of all tenants; one that two of the administrators are of counts once. */
  countDevices(stop: AbortSignal): Promise<number>;
  /** Addresses that have answered one of them. */
  answeredBy(): readonly string[];
  close(): Promise<void>;
}

/** `access`: not empty. */
export function openTenants({ voice }: Pick<World, "voice">, access: readonly TenantAccess[]): Tenants {
  const opened = access.map((each) => ({
    admin: createAdministration(each.access, { ...ADMIN_LIMITS, ...tellTroubles({ voice }) }),
    groups: each.groups,
  }));
  const all = opened.map(({ admin }) => admin);
  const [first] = all;
  if (first === undefined) throw new Error("tenants without an administrator");
  let distinct: readonly Administration[] | undefined;
  const close = async (): Promise<void> => {
    for (const admin of all) await admin.close();
  };
  return {
    first,
    of: (group) => opened.find(({ groups }) => groups.includes(group))?.admin ?? first,
    async countDevices(stop) {
      distinct ??= all.length === 1 ? all : await eachTenantOnce(all, stop);
      let devices = 0;
      for (const admin of distinct) devices += await admin.countDevices(undefined, stop);
      return devices;
    },
    answeredBy: () => [...new Set(all.flatMap((admin) => admin.answeredBy()))],
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function eachTenantOnce(all: readonly Administration[], stop: AbortSignal): Promise<readonly Administration[]> {
  const byTenant = new Map<string, Administration>();
  for (const admin of all) {
    const { tenant } = await admin.account(stop);
    if (!byTenant.has(tenant)) byTenant.set(tenant, admin);
  }
  return [...byTenant.values()];
}
