import type { Administration, ServerDevice, ServerProfile } from "../../model/administration.ts";
import { RollcallError } from "../../model/error.ts";
import type { Plan, Provisioning, Target } from "../../model/plan.ts";
import { releaseName } from "../../model/release.ts";
import { Secret } from "../../model/secret.ts";
import { printable } from "../../writing/text-width.ts";
import { lookAtRest, type RestWish } from "../../operations/at-rest.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { profileKeys } from "../../operations/find-profile.ts";
import { prepareDevices, type PreparationLog } from "../../operations/prepare-devices.ts";
import { setUpProfile, type WantedProfile } from "../../operations/profile-setup.ts";
import { noteDevices, noteMade, noteProfile, readSetupRecord } from "../../record/setup-record.ts";
import { areNamesFresh, fleetNamesByGroup } from "../names/fleet-names.ts";
import type { World, WorldClock } from "../world.ts";
import { checkClocks } from "../reconcile/reconcile-run.ts";
import { formatCount } from "../../writing/notation.ts";
import { restWish, settleMsOf } from "../reconcile/settling.ts";
import type { Tenants } from "./tenants.ts";

/** What is said where a signal ends a setup; see `untilStopped`. */
export const SETUP_INTERRUPTED = "Interrupted before all was made.";

export interface SetupResult {
  /** For people, a line each. */
  readonly lines: readonly string[];
  readonly changed: boolean;
}

/** The device profile as the plan has it, that of each group, and for a pre-provisioned fleet its devices; `results` keeps what was made. */
export async function setUp(
  world: Pick<World, "clock" | "voice">,
  plan: Plan,
  tenants: Pick<Tenants, "first" | "of">,
  { out: results, settle }: { readonly out: string; readonly settle?: string | undefined },
  stop: AbortSignal,
): Promise<SetupResult> {
  const atMostMs = settleMsOf({ settle });
  const names = namesToPrepare(plan);
  const server = await tenants.first.server(stop);
  checkClocks(server, world.clock);
  const lines = [`ThingsBoard ${releaseName(server)}`];
  let changed = false;
  for (const [index, wanted] of wantedProfiles(plan).entries()) {
    const part: Part = { wanted, names: names[index] ?? [], since: server.time, gateway: plan.fleet.gateway };
    const done = await setUpPart(world, part, tenants.of(index), { results, atMostMs }, stop);
    lines.push(...done.lines);
    changed ||= done.changed;
  }
  return { lines, changed };
}

/** What is made for a fleet without groups, or for one group. */
interface Part {
  readonly wanted: WantedProfile;
  /** Of the devices that must be there before the run. */
  readonly names: readonly string[];
  /** The time by the server's clock. */
  readonly since: number | undefined;
  readonly gateway: boolean;
}

async function setUpPart(
  world: Pick<World, "clock" | "voice">,
  { wanted: asWanted, names, since, gateway }: Part,
  admin: Administration,
  { results, atMostMs }: { readonly results: string; readonly atMostMs: number },
  stop: AbortSignal,
): Promise<SetupResult> {
  const { clock, voice } = world;
  const { profile, made } = await setUpProfile(admin, asWanted, since, stop);
  if (made) await noteProfile(results, { ...profile, key: profile.key ?? "" }, clock.wall());
  const lines = [
    `  profile  ${printable(profile.name)}: ${made ? "made" : "is there, as the scenario has it"}, strategy ${profile.strategy}`,
  ];
  if (asWanted.strategy !== "pre-provisioned" || names.length === 0) return { lines, changed: made };

  const wanted = { profile, names, gateway };
  const log = logTo(clock, results, profile.id);
  const lookup: Lookup = { admin, profile, names: new Set(names), results };
  const prepared = await prepareDevices(admin, wanted, log, voice.progress("devices made"), stop).catch(
    async (error: unknown) => {
      // Some may have been made before the server refused, or the user had enough; why it ended counts for more. What got no
      // answer the server may still be making.
      await keepMade(clock, lookup, { ...restWish(world, atMostMs), stop })
        .catch(() => keepMade(clock, lookup, undefined))
        .catch(() => undefined);
      throw error;
    },
  );
  await keepMade(clock, lookup, undefined);
  const counts = [`${formatCount(prepared.made)} made`, `${formatCount(prepared.there)} there already`].filter(
    (text) => !text.startsWith("0 "),
  );
  lines.push(`  devices  ${counts.join(", ")}`);
  return { lines, changed: made || prepared.made > 0 };
}

interface Lookup {
  readonly admin: Administration;
  readonly profile: ServerProfile;
  readonly names: ReadonlySet<string>;
  readonly results: string;
}

/** What is there of all that setup, this time or one that was cut off, has asked for; `patience`: when the server is at rest. */
async function keepMade(
  { wall }: Pick<WorldClock, "wall">,
  { admin, profile, names, results }: Lookup,
  patience: (RestWish & { readonly stop: AbortSignal }) | undefined,
): Promise<void> {
  const record = await readSetupRecord(results);
  const known = record.madeDevices(profile.id);
  const never = new AbortController().signal;
  const list = async () => {
    const made: ServerDevice[] = [];
    let onServer = 0;
    for await (const device of devicesOfProfile(admin, profile, never)) {
      onServer += 1;
      if (names.has(device.name) && !known.has(device.id) && record.askedFor(device)) made.push(device);
    }
    return { made, onServer };
  };
  const count = () => admin.countDevices(profile, never);
  // REST has no limit of its own for what it imports.
  const { made } =
    patience === undefined
      ? await list()
      : (await lookAtRest({ list, count, limitMs: 0 }, patience, patience.stop)).found;
  if (made.length > 0) await noteMade(results, profile.id, made, wall());
}

/** Throws RollcallError "setup-names" where no later run could ask for the devices that a setup makes. */
export function checkNamesLast(plan: Plan): void {
  if (plan.provisioning.strategy !== "pre-provisioned" || !areNamesFresh(plan)) return;
  throw new RollcallError(
    "setup-names",
    `The fleet's names begin with a prefix that is fresh in each run (${plan.prefix} now): no later run would ask for the devices that setup makes.`,
    "Fix it, e.g. --set fleet.prefix=meter here and in each run, or in the scenario; or let each run make its own: rollcall run --setup.",
  );
}

/**
 * For a plan that is run more than once. Throws RollcallError "setup-names" where it would ask for devices that nobody has
 * made, or that an earlier run has provisioned.
 */
export function checkNamesFresh(plan: Plan, isSetUp: boolean): void {
  if (plan.provisioning.strategy !== "pre-provisioned" || (isSetUp && areNamesFresh(plan))) return;
  throw new RollcallError(
    "setup-names",
    "A pre-provisioned fleet is to run more than once, and each run needs devices that were never provisioned.",
    "Give --setup, which makes them before each run, and names with a prefix of each run's own: no fleet.prefix, no fleet.names.",
  );
}

/** By group; of a fleet without groups all in one. */
function namesToPrepare(plan: Plan): readonly (readonly string[])[] {
  if (plan.provisioning.strategy !== "pre-provisioned") return [];
  const names = fleetNamesByGroup(plan);
  if (names.some((each) => each.length > 0)) return names.map((each) => [...new Set(each)]);
  throw new RollcallError(
    "setup-names",
    "The fleet of a pre-provisioned scenario has no names (fleet.names), so that there is nothing to make.",
    "Give fleet.name, fleet.names as a list, or { file: names.txt }.",
  );
}

/** By group; of a fleet without groups the one. */
function wantedProfiles({ name, provisioning, target, groups }: Plan): readonly WantedProfile[] {
  if (groups === undefined) return [wantedProfile(`rollcall-${name}`, provisioning, target)];
  return groups.map((group) => wantedProfile(profileNameFor(name, group.name), group.provisioning, group.target));
}

/** The name of a profile that is made for a group which names none. */
export function profileNameFor(scenario: string, group: string): string {
  return `rollcall-${scenario}-${group}`;
}

function wantedProfile(fallbackName: string, provisioning: Provisioning, { transport }: Target): WantedProfile {
  const { strategy, profile, key, secret, chain } = provisioning;
  const own = { name: profile, fallbackName, strategy, transport };
  if (chain === undefined) return { ...own, key, keys: profileKeys(provisioning), secret, chain: undefined };
  const [signer = ""] = chain.certificates.split(/(?<=-----END CERTIFICATE-----)\s*/);
  return {
    ...own,
    // The server computes it from the certificate.
    key: undefined,
    keys: chain.profileKeys,
    secret: new Secret(signer),
    chain: { namePattern: patternOf(chain.commonName), allowCreate: true },
  };
}

/** Takes the name out of a common name again: what stands around {name} is itself, to a regular expression too. */
function patternOf(commonName: string): string {
  return commonName
    .split("{name}")
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join("(.*)");
}

function logTo({ wall }: WorldClock, results: string, profile: string): PreparationLog {
  return {
    begin: (names) => noteDevices(results, "devices", profile, names, wall()),
    doubt: (names) => noteDevices(results, "doubt", profile, names, wall()),
  };
}
