import { once } from "node:events";
import { EXIT, type ExitCode, reasonOf, RollcallError } from "../../model/error.ts";
import type { Strategy } from "../../model/plan.ts";
import { hostInUrl } from "../../model/target.ts";
import { keepState, type SimulatorState } from "../../simulator/core/state.ts";
import type { SimulatedAdministrator, SimulatedProfile, SimulatorOptions } from "../../simulator/options.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import type { PresetName } from "../../simulator/timing/service-model.ts";
import type { ServerIdentity } from "../../simulator/transports/server-identity.ts";
import { unknownSimulated } from "../aim/aimed.ts";
import { SIMULATED_ADMINISTRATOR, SIMULATED_SYSTEM_ADMINISTRATOR } from "./embedded-simulator.ts";
import { hostsOf } from "../aim/load-scenario.ts";
import { parseFault } from "./fault-option.ts";
import { parseNodeFault } from "./node-fault-option.ts";
import { parseDuration } from "../../scenario/quantities.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { readSimulatorState, writeSimulatorState } from "../../record/simulator-state-file.ts";
import { readText } from "../../record/text-file.ts";
import { writeWholeFile } from "../../record/whole-file.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { asTyped } from "../../writing/typed-command.ts";

export interface SimulateOptions {
  readonly host: string;
  /** 0: any free one; undefined: not this transport. */
  readonly port: number;
  readonly httpPort: number | undefined;
  readonly coapPort: number | undefined;
  readonly tlsPort: number | undefined;
  /** File that the simulator's own authority is written to. */
  readonly tlsCa: string;
  readonly release: string;
  readonly preset: PresetName;
  readonly key: string;
  readonly secret: string;
  readonly strategy: Exclude<Strategy, "x509-chain">;
  readonly chainCa: string | undefined;
  readonly chainPattern: string;
  readonly device: readonly string[];
  readonly fault: readonly string[];
  readonly cores: number;
  /** As a scenario has a duration. */
  readonly queueDelay: string;
  /** See parseNodeFault. */
  readonly nodeFault: readonly string[];
  /** Each with an administrator of its own. */
  readonly tenants: number;
  /** File in which devices and profiles outlive the simulator. */
  readonly state: string | undefined;
  readonly seed: number;
}

/** A simulated ThingsBoard, until a signal ends it. Throws RollcallError. */
export async function simulate(world: World, options: SimulateOptions): Promise<ExitCode> {
  const { voice } = world;
  const identity = options.tlsPort === undefined ? undefined : await createIdentity(options.tlsCa);
  const profile = { name: "rollcall", key: options.key, secret: options.secret, strategy: options.strategy };
  const state = options.state === undefined ? undefined : await readSimulatorState(options.state);
  using stopping = stopOnSignals(world);
  const simulator = await startSimulator({
    host: hostsOf(options.host),
    port: options.port,
    ...(options.httpPort === undefined ? {} : { http: { port: options.httpPort } }),
    ...(options.coapPort === undefined ? {} : { coap: { port: options.coapPort } }),
    ...(identity === undefined || options.tlsPort === undefined ? {} : { tls: { ...identity, port: options.tlsPort } }),
    version: options.release,
    preset: options.preset,
    profiles:
      options.chainCa === undefined ? [profile] : [profile, await chainProfile(options.chainCa, options.chainPattern)],
    devices: options.device.map((name) => ({ profile: profile.name, name })),
    faults: options.fault.map(parseFault),
    ...clusterOf(options),
    administrators: furtherAdministrators(options),
    seed: options.seed,
    ...(state === undefined ? {} : { state }),
  });
  for (const warning of unknownSimulated(options.release)) voice.warn(warning);
  await voice.say(asTyped(howToReach(options, simulator), voice.display().program));
  if (!stopping.signal.aborted) await once(stopping.signal, "abort");
  const { connections, requests, succeeded, logins, admitted } = simulator.stats();
  await simulator.close();
  if (options.state !== undefined) await keep(options.state, keepState(simulator.store));
  await voice.say(
    `${quantity(connections, "connection")}, ${quantity(requests, "request")} (${formatCount(succeeded)} succeeded), ${quantity(logins, "login")} (${formatCount(admitted)} admitted)`,
  );
  return EXIT.pass;
}

/** Of all tenants but the first. */
function furtherAdministrators({ tenants }: SimulateOptions): readonly SimulatedAdministrator[] {
  return Array.from({ length: tenants - 1 }, (_, index) => {
    const tenant = `tenant${index + 2}`;
    return { user: `${tenant}@thingsboard.org`, password: tenant, tenant };
  });
}

/** Nothing where it is no cluster. Throws RollcallError "queue-delay" or "node-fault". */
function clusterOf({ host, cores, queueDelay, nodeFault }: SimulateOptions): Pick<SimulatorOptions, "cluster"> {
  const delay = parseDuration(queueDelay);
  if (delay === undefined) {
    throw new RollcallError("queue-delay", `--queue-delay ${queueDelay} is no time.`, "Give one as 20ms.");
  }
  const faults = nodeFault.map((text) => parseNodeFault(text, { hosts: hostsOf(host), cores }));
  if (cores === 1 && delay === 0 && faults.length === 0) return {};
  return { cluster: { cores, queueDelayMs: delay / 1_000, faults } };
}

/** Throws RollcallError "simulator-state". */
async function keep(file: string, state: SimulatorState): Promise<void> {
  await writeSimulatorState(file, state).catch((error: unknown) => {
    throw new RollcallError(
      "simulator-state",
      `The simulator's state cannot be kept in ${file}: ${reasonOf(error)}.`,
      "Name another file with --state.",
    );
  });
}

/** What its user needs to get in: addresses, the profile, the administrator, and one command that works as it stands. */
function howToReach(
  options: SimulateOptions,
  ports: Pick<Simulator, "port" | "tlsPort" | "httpPort" | "coapPort">,
): string {
  const { release, preset, key, secret, strategy } = options;
  const [first = options.host, ...others] = hostsOf(options.host);
  const host = hostInUrl(first);
  const { username, password } = SIMULATED_ADMINISTRATOR;
  const system = SIMULATED_SYSTEM_ADMINISTRATOR;
  const optional = (port: number | undefined, line: (port: number) => string): readonly string[] =>
    port === undefined ? [] : [line(port)];
  return [
    `Simulated ThingsBoard ${release} (${preset}) on mqtt://${host}:${ports.port}`,
    ...optional(ports.tlsPort, (port) => `and on mqtts://${host}:${port}, trusted with target.tls.ca=${options.tlsCa}`),
    ...optional(ports.httpPort, (port) => `and on http://${host}:${port}`),
    ...optional(ports.coapPort, (port) => `and on coap://${host}:${port}`),
    ...(others.length === 0
      ? []
      : [`At ${others.join(", ")} alike: one server, run against it with --host ${options.host}`]),
    ...(options.cores === 1 ? [] : [`${options.cores} cores behind one queue`]),
    ...options.nodeFault.map((text) => `Will happen: ${text}`),
    `Provision key ${key}, secret ${secret}, strategy ${strategy}. Ctrl-C ends it.`,
    ports.httpPort === undefined
      ? "Without --http-port it has no REST API: neither setup nor doctor, reconcile and cleanup have an administrator."
      : `Administrator ${username}, password ${password.reveal()}; of the system ${system.username}, password ${system.password}: ` +
        `ROLLCALL_ADMIN_PASSWORD=${password.reveal()} and --admin-url http://${host}:${ports.httpPort} --admin-user ${username}`,
    ...furtherAdministrators(options).map(
      (each) => `Administrator of ${each.tenant}: ${each.user}, password ${each.password}`,
    ),
    `A run against it: ROLLCALL_PROVISION_SECRET=${secret} rollcall run mqtt://${host}:${ports.port} --key ${key} --rate 10 --duration 10s`,
  ].join("\n");
}

/** Throws RollcallError "chain-ca". */
async function chainProfile(file: string, namePattern: string): Promise<SimulatedProfile> {
  const secret = await readText(file).catch((error: unknown) => {
    throw new RollcallError(
      "chain-ca",
      `The authority of the chain cannot be read: ${reasonOf(error)}.`,
      "Name a PEM file with --chain-ca.",
    );
  });
  return { name: "rollcall-chain", key: "", secret, strategy: "x509-chain", namePattern };
}

/** A fresh key and its certificate, which is written for those who shall trust it. Throws RollcallError "simulator-ca". */
async function createIdentity(file: string): Promise<ServerIdentity> {
  // Loading the library takes a fifth of a second, which a simulator without TLS need not wait for.
  const { createServerIdentity } = await import("../../simulator/transports/server-identity.ts");
  const identity = await createServerIdentity();
  try {
    await writeWholeFile(file, identity.cert, 0o644);
  } catch (error) {
    throw new RollcallError(
      "simulator-ca",
      `The simulator's authority cannot be written: ${reasonOf(error)}.`,
      "Name another file with --tls-ca.",
    );
  }
  return identity;
}
