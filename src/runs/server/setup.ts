import { devicesOf } from "../../model/devices-of.ts";
import type { ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { loadScenarioFile, newRunId, overridesOf, type ScenarioOptions } from "../aim/load-scenario.ts";
import type { World } from "../world.ts";
import { askBeforeMany, placeOfRest } from "../run/ask-before-many.ts";
import { type AdminOptions, untilStopped } from "./administration.ts";
import { checkNamesLast, profileNameFor, SETUP_INTERRUPTED, setUp } from "./prepare-server.ts";
import { openTenants, tenantsOf } from "./tenants.ts";
import { keepSecrets, type MissingSecret, missingSecrets, readKeptVariables, secretFor } from "./provision-secrets.ts";

/** Where key and secret are kept that the scenario takes from the environment. */
export const SECRETS_FILE = "provision.env";

/** Makes a scenario's device profile, and the devices that must exist before a run. Throws RollcallError. */
export async function setup(world: World, options: SetupOptions): Promise<ExitCode> {
  const { voice } = world;
  await requireWritable(options.out);
  return untilStopped(world, SETUP_INTERRUPTED, async (stop) => {
    await provideSecrets(world, options, stop);
    const { plan, warnings } = await loadScenarioFile(options.scenario, overridesOf(options), newRunId(), {
      env: world.variables,
      results: options.out,
    });
    for (const warning of warnings) voice.warn(`warning: ${warning}`);
    checkNamesLast(plan);
    const access = await tenantsOf(plan, options, world.variables);
    await using tenants = openTenants(world, access);
    await askBeforeMany(world, {
      devices: plan.provisioning.strategy === "pre-provisioned" ? devicesOf(plan) : 0,
      places: access.map((each) => placeOfRest(each.access.url)),
      simulated: false,
      yes: options.yes === true,
    });
    const { lines, changed } = await setUp(world, plan, tenants, options, stop);
    for (const line of lines) await voice.say(line);
    if (!changed) await voice.say("Nothing was changed.");
    return EXIT.pass;
  });
}

export interface SetupOptions extends ScenarioOptions, AdminOptions {
  readonly generate: string | undefined;
  readonly out: string;
  /** Do not ask before many devices are made; undefined: who calls has asked. */
  readonly yes?: boolean;
}

/** Key and secret where the scenario will look for them: in its files and this process's environment. */
export async function provideSecrets(world: World, args: SetupOptions, stop: AbortSignal): Promise<void> {
  const overrides = overridesOf(args);
  const { generate } = args;
  if (generate === undefined) return requireSecrets(await missingSecrets(args.scenario, overrides, world.variables));
  const file = generate === "" ? SECRETS_FILE : generate;
  const kept = await readKeptVariables(file);
  // As in the scenario, an empty variable counts as not set.
  for (const [name, value] of Object.entries(kept)) world.variables[name] ||= value;
  const missing = await missingSecrets(args.scenario, overrides, world.variables);
  if (missing.length === 0) return;

  const standIns = missing.map(({ place }) => place);
  const { plan } = await loadScenarioFile(args.scenario, overrides, newRunId(), {
    env: world.variables,
    results: args.out,
    standIns,
  });
  await using tenants = openTenants(world, await tenantsOf(plan, args, world.variables));
  const values: { readonly missing: MissingSecret; readonly value: string }[] = [];
  const sources: string[] = [];
  for (const [group, own] of Map.groupBy(missing, (each) => each.group)) {
    const found = await profileOf(group, own);
    values.push(...own.map((each) => ({ missing: each, value: secretFor(each, found) })));
    const what = `${own.map(({ field }) => field).join(" and ")}${group === undefined ? "" : ` of ${group}`}`;
    sources.push(`${what} ${found === undefined ? "made up" : `taken from the profile ${found.name}`}`);
  }
  await keepSecrets(values, file);
  for (const { missing: each, value } of values) {
    if ("variable" in each.place) world.variables[each.place.variable] = value;
  }
  const variables = values.some((each) => "variable" in each.missing.place);
  world.voice.warn(`Provision ${sources.join(", ")}${variables ? `; before a run: . ${shellPath(file)}` : ""}`);

  /** Undefined: there is none yet, or no group of a fleet with groups takes this. */
  async function profileOf(
    group: string | undefined,
    own: readonly MissingSecret[],
  ): Promise<ServerProfile | undefined> {
    const owner = plan.groups === undefined ? plan : plan.groups.find(({ name }) => name === group);
    if (owner === undefined) return undefined;
    const { key, profile } = owner.provisioning;
    const admin = tenants.of(plan.groups?.findIndex(({ name }) => name === group) ?? 0);
    const usualName = group === undefined ? `rollcall-${plan.name}` : profileNameFor(plan.name, group);
    return own.some(({ field }) => field === "key")
      ? admin.profileByName(profile ?? usualName, stop)
      : admin.profileByKey(key, stop);
  }
}

function requireSecrets(missing: Awaited<ReturnType<typeof missingSecrets>>): void {
  if (missing.length === 0) return;
  const places = missing.map((each) =>
    "file" in each.place
      ? `${nameOf(each)} from the file ${each.place.file}, which is not there`
      : `${nameOf(each)} from \${${each.place.variable}}, which is not set`,
  );
  throw new RollcallError(
    "no-provision-secrets",
    `The scenario takes ${places.join(", and ")}.`,
    "Set what is missing, or say --generate to have them made up, or taken from a profile that exists.",
  );
}

function nameOf({ field, group }: MissingSecret): string {
  return group === undefined ? `its provision ${field}` : `the provision ${field} of ${group}`;
}

/** The shell looks for a name without a slash in its path. */
function shellPath(file: string): string {
  return file.includes("/") ? file : `./${file}`;
}
