import type { Plan } from "../model/plan.ts";
import { RollcallError } from "../model/error.ts";
import type { Fault } from "../simulator/faults.ts";
import { DEFAULT_PROFILE } from "../simulator/options.ts";
import type { PresetName } from "../simulator/service-model.ts";
import { type EmbeddedSimulator, preparedDevices, startEmbeddedSimulator } from "./embedded-simulator.ts";
import { loadScenarioFile, newRunId } from "./load-scenario.ts";

export interface Simulation {
  /** ThingsBoard release; undefined: the simulator's default. */
  readonly version: string | undefined;
  readonly preset: PresetName;
  readonly faults: readonly Fault[];
}

/** A plan ready to run, and the simulator that it is aimed at, if any. */
export interface Aimed extends Disposable {
  readonly plan: Plan;
  readonly warnings: readonly string[];
  readonly simulator: EmbeddedSimulator | undefined;
}

/** Loads a scenario for a run against its own target. */
export async function aimAtTarget(scenario: string, overrides: readonly string[]): Promise<Aimed> {
  const loaded = await loadScenarioFile(scenario, overrides, newRunId());
  return { ...loaded, simulator: undefined, [Symbol.dispose]: () => undefined };
}

/** The simulator's secret comes as from an environment: a literal one is warned about. */
const SECRET_VARIABLE = "ROLLCALL_SIMULATOR_SECRET";

/**
 * Starts a simulator that knows the scenario's profile and aims the scenario at it. The user's overrides come after the
 * simulator's key and secret, which only spare the scenario its environment; host and port come after the user's.
 */
export async function aimAtSimulator(
  scenario: string,
  overrides: readonly string[],
  simulation: Simulation,
): Promise<Aimed> {
  const runId = newRunId();
  const load = (host: string, port: number) =>
    loadScenarioFile(
      scenario,
      [
        `provisioning.key=${DEFAULT_PROFILE.key}`,
        `provisioning.secret=\${${SECRET_VARIABLE}}`,
        ...overrides,
        `target.host=${host}`,
        `target.port=${port}`,
      ],
      runId,
      { ...process.env, [SECRET_VARIABLE]: DEFAULT_PROFILE.secret },
    );
  // Once before the port is known: a mistake in the scenario is found at once, and the profile is in it.
  const { plan: draft } = await load("127.0.0.1", 1);
  checkSimulable(draft);
  const { key, secret, strategy } = draft.provisioning;
  const profile = { ...DEFAULT_PROFILE, key, secret: secret.reveal(), strategy };
  const simulator = await startEmbeddedSimulator({
    ...(simulation.version === undefined ? {} : { version: simulation.version }),
    preset: simulation.preset,
    profiles: [profile],
    devices: preparedDevices(draft, profile.name),
    faults: simulation.faults,
    seed: draft.fleet.seed,
  });
  const { plan, warnings } = await load("127.0.0.1", simulator.port);
  return { plan, warnings, simulator, [Symbol.dispose]: () => simulator[Symbol.dispose]() };
}

function checkSimulable({ target, provisioning }: Plan): void {
  const wrong =
    target.transport !== "mqtt"
      ? `target.transport ${target.transport}`
      : target.tls !== undefined
        ? "target.tls"
        : provisioning.strategy === "x509-chain"
          ? "provisioning.strategy x509-chain"
          : undefined;
  if (wrong === undefined) return;
  throw new RollcallError(
    "not-simulable",
    `--simulate starts a plain MQTT target; this scenario has ${wrong}.`,
    "Run it against a target of its own, without --simulate.",
  );
}
