import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { leastDevicesOf } from "../../model/devices-of.ts";
import { RollcallError } from "../../model/error.ts";
import { standingOf } from "../../model/release.ts";
import { targetsOf } from "../../model/target.ts";
import type { Admin, Plan, Target } from "../../model/plan.ts";
import { requireRoom } from "../../record/results-folder.ts";
import { DEFAULT_PROFILE } from "../../simulator/options.ts";
import type { ServerIdentity } from "../../simulator/transports/server-identity.ts";
import {
  type EmbeddedSimulator,
  SIMULATED_ADMINISTRATOR,
  type SimulatorPorts,
} from "../simulation/embedded-simulator.ts";
import type { BusSetting } from "../crew/bus-setting.ts";
import { type AdminOptions, adminTls, urlsOf } from "../server/administration.ts";
import { settleMsOf } from "../reconcile/settling.ts";
import { type TenantAccess, tenantsIfAny } from "../server/tenants.ts";
import { openTemporaryFolder } from "../machine/temporary-folder.ts";
import type { OtherWork } from "../machine/other-work.ts";
import type { Watching } from "../under-way/watch-run.ts";
import type { LoadedScenario } from "../../scenario/load.ts";
import type { World } from "../world.ts";
import { loadScenarioFile, newRunId, peekScenario, placeOverrides } from "./load-scenario.ts";
import { lookUpAll, requireSeveral } from "./places.ts";
import { groupOverrides, simulatedGroups } from "../simulation/simulated-groups.ts";
import { optionsFor, portOf, type SimulatedServer } from "../simulation/simulator-options.ts";
import type { TypedWatch } from "./watch-overrides.ts";

export interface Simulation extends SimulatedServer, Pick<AdminOptions, "settle"> {
  /** Called when the scenario has been read and a process is about to be started, which takes a while. */
  readonly onStart?: (() => void) | undefined;
  /** Whether the disk has room for the results is said by who asks for this; absent: it must have. */
  readonly withoutRoom?: boolean | undefined;
}

/** A plan ready to run, and the simulator that it is aimed at, if any. */
export interface Aimed extends Disposable {
  readonly plan: Plan;
  readonly warnings: readonly string[];
  readonly simulator: EmbeddedSimulator | undefined;
  /** Who can ask the server what it has, of each tenant; empty: nobody. */
  readonly tenants: readonly TenantAccess[];
  /** For how long its server is waited for at most, in milliseconds; see Settling. */
  readonly settle: number;
  /** What the server is asked about itself while a run lasts; absent: nothing. */
  readonly watch?: Watching | undefined;
  /** By whose machines the load is made; undefined: by this one. */
  readonly bus?: BusSetting | undefined;
  /** What other programs did on this machine just before, and before a simulator was started; undefined: not known. */
  readonly otherWork?: OtherWork | undefined;
}

/** Loads a scenario for a run against its own target. */
export async function aimAtTarget(
  world: World,
  scenario: string,
  overrides: readonly string[],
  results: string,
  options: AdminOptions & Pick<TypedWatch, "systemUser">,
): Promise<Aimed> {
  const loaded = await loadScenarioFile(scenario, overrides, newRunId(), { env: world.variables, results });
  const tenants = await tenantsIfAny(loaded.plan, options, world.variables);
  const settle = settleMsOf(options);
  const places = await lookUpAll(loaded.plan);
  requireSeveral(places.plan.target, loaded.plan.rollCall.at);
  return {
    plan: places.plan,
    warnings: [...places.warnings, ...loaded.warnings],
    simulator: undefined,
    tenants,
    settle,
    otherWork: await world.machine.otherWork.look(world.clock.waits),
    watch: watchingOf(loaded, options),
    [Symbol.dispose]: () => undefined,
  };
}

function watchingOf(
  { plan, watch }: LoadedScenario,
  { adminUrl, ca, systemUser }: AdminOptions & Pick<TypedWatch, "systemUser">,
): Watching | undefined {
  if (watch === undefined) return undefined;
  const urls = urlsOf(plan.admin, adminUrl);
  const rest = urls && { ...urls, tls: adminTls(plan.admin?.tls, ca) };
  return { plan: { ...watch, systemUser: systemUser ?? watch.systemUser }, rest, simulated: false };
}

/** Instead of all that the scenario says of where devices go. */
const SIMULATED_PLACE = [...placeOverrides("127.0.0.1"), "target.dns="];

const NO_OPTIONS: AdminOptions = { adminUrl: undefined, adminUser: undefined };

/** The simulator's secret comes as from an environment: a literal one is warned about. */
const SECRET_VARIABLE = "ROLLCALL_SIMULATOR_SECRET";

/**
 * Starts a simulator that knows the scenario's profile and aims the scenario at it. The user's overrides come after the
 * simulator's key and secret (or, for a chain of certificates, its authority), which only spare the scenario its environment;
 * host, port and, for a target with TLS, the authority of the simulator's own certificate come after the user's.
 */
export async function aimAtSimulator(
  world: World,
  scenario: string,
  overrides: readonly string[],
  simulation: Simulation,
  results: string,
): Promise<Aimed> {
  await refuseEarlierRun(scenario, overrides, world);
  const runId = newRunId();
  const chain =
    (await peekScenario(scenario, overrides, world.variables, ["provisioning", "strategy"])) === "x509-chain";
  const needed = chain ? await createAuthority() : undefined;
  const endpoints = await peekScenario(scenario, [], world.variables, ["watch", "prometheus"]);
  const elsewhere = endpoints === undefined ? [] : ["watch.prometheus=[]"];
  const notAsked = elsewhere.map(() => "The scenario's watch.prometheus is not asked: the server is simulated.");
  const groups = simulatedGroups(await peekScenario(scenario, overrides, world.variables, ["fleet", "groups"]));
  const proof =
    needed === undefined
      ? [`provisioning.key=${DEFAULT_PROFILE.key}`, `provisioning.secret=\${${SECRET_VARIABLE}}`]
      : [
          `provisioning.chain.certificate=${JSON.stringify(needed.file)}`,
          `provisioning.chain.key=${JSON.stringify({ file: needed.keyFile })}`,
        ];
  const load = (aim: readonly string[]) =>
    loadScenarioFile(
      scenario,
      [...proof, ...groups.proof, ...elsewhere, ...overrides, ...SIMULATED_PLACE, ...groups.admins, ...aim],
      runId,
      {
        env: { ...world.variables, [SECRET_VARIABLE]: DEFAULT_PROFILE.secret, ...groups.env },
        results,
      },
    );
  let authority = needed;
  try {
    // Once before the port is known: a mistake in the scenario is found at once, and the profile is in it.
    const { plan: draft } = await load(["target.port=1", ...groupOverrides(groups.count, () => 1)]);
    if (targetsOf(draft).some(({ tls }) => tls !== undefined)) authority ??= await createAuthority();
    if (simulation.withoutRoom !== true) await requireRoom({ folder: results, devices: leastDevicesOf(draft) });
    const otherWork = await world.machine.otherWork.look(world.clock.waits);
    simulation.onStart?.();
    const simulator = await world.children.startSimulator(optionsFor(draft, simulation, authority?.identity));
    const { plan, watch, warnings } = await load([
      `target.port=${portOf(simulator.ports, draft.target)}`,
      // ThingsBoard's own HTTP takes no such header: what does is a proxy, and here is none.
      ...(draft.target.transport === "http" ? ["target.proxyProtocol="] : []),
      ...(authority === undefined || (groups.count > 0 && draft.target.tls === undefined)
        ? []
        : [`target.tls=${JSON.stringify({ ca: authority.file })}`]),
      ...groupOverrides(
        groups.count,
        (index) => portOf(simulator.ports, draft.groups?.[index]?.target ?? draft.target),
        (index) => (draft.groups?.[index]?.target.tls === undefined ? undefined : authority?.file),
      ),
    ]);
    const admin = administratorOf(simulator.ports, targetsOf(draft), authority?.file);
    return {
      plan,
      warnings: [...unknownSimulated(simulation.version), ...notAsked, ...warnings],
      simulator,
      // Whoever the environment names is nobody there.
      tenants: admin === undefined ? [] : await tenantsIfAny({ ...plan, admin }, NO_OPTIONS, {}),
      settle: settleMsOf(simulation),
      otherWork,
      watch: watch && { plan: watch, rest: admin, simulated: true },
      [Symbol.dispose]() {
        simulator[Symbol.dispose]();
        world.machine.otherWork.begin();
        authority?.[Symbol.dispose]();
      },
    };
  } catch (error) {
    authority?.[Symbol.dispose]();
    throw error;
  }
}

/** Throws RollcallError "background": whoever was provisioned before is not on a server that is made for this run. */
async function refuseEarlierRun(
  scenario: string,
  overrides: readonly string[],
  { variables }: Pick<World, "variables">,
): Promise<void> {
  if ((await peekScenario(scenario, overrides, variables, ["background", "roster"])) === undefined) return;
  throw new RollcallError(
    "background",
    "The scenario has a background of an earlier run, and a simulator that is started for one run has no devices of it.",
    "Have them made first: --set background.roster= --set background.devices=100; or start one that stays (rollcall simulate).",
  );
}

/** A warning, where nobody knows what a server of this release does. */
export function unknownSimulated(version: string | undefined): readonly string[] {
  if (version === undefined || standingOf(version) === "tried") return [];
  return [`rollcall does not know the release ${version}: the simulator keeps the newest rules that it has.`];
}

/** REST is where HTTP is; a device API over TLS has it there. */
function administratorOf(
  { http }: SimulatorPorts,
  targets: readonly Target[],
  authority: string | undefined,
): Admin | undefined {
  if (http === undefined) return undefined;
  const secure = targets.some(({ transport, tls }) => transport === "http" && tls !== undefined);
  return {
    url: `${secure ? "https" : "http"}://127.0.0.1:${http}`,
    ...SIMULATED_ADMINISTRATOR,
    tls: secure ? { caFile: authority, serverName: undefined, insecure: false } : undefined,
  };
}

/** Signs the simulator's own certificate, and those of devices where they are provisioned by it. */
interface Authority extends Disposable {
  readonly identity: ServerIdentity;
  /** PEM files, for as long as this is not disposed of. */
  readonly file: string;
  readonly keyFile: string;
}

export async function createAuthority(): Promise<Authority> {
  // Loading the library takes a fifth of a second, which targets without TLS need not wait for.
  const { createServerIdentity } = await import("../../simulator/transports/server-identity.ts");
  const identity = await createServerIdentity();
  const folder = openTemporaryFolder("authority");
  const file = join(folder.path, "simulator-ca.pem");
  const keyFile = join(folder.path, "simulator-ca-key.pem");
  writeFileSync(file, identity.cert);
  writeFileSync(keyFile, identity.key, { mode: 0o600 });
  return { identity, file, keyFile, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
