import type { Comparison } from "../compare/comparison.ts";
import { DEFAULT_POLICY } from "../compare/compare.ts";
import type { ExitCode } from "../model/error.ts";
import type { Summary } from "../model/summary.ts";
import { loadScenarioFile, newRunId, overridesOf } from "../runs/aim/load-scenario.ts";
import { compareFolders } from "../runs/compare/compare.ts";
import { readSummary } from "../runs/results/results.ts";
import { run as runScenario } from "../runs/run/run.ts";
import { missingSecrets } from "../runs/server/provision-secrets.ts";
import { createNewest, type Progress, progressOf } from "./progress.ts";
import { createScriptWorld } from "./script-world.ts";

export { RollcallError } from "../model/error.ts";
export type { Comparison, ExitCode, Progress, Summary };

/** What of a scenario is otherwise; as the options of the same name at the command line. */
export interface ScenarioOptions {
  /** `{ "fleet.count": 500 }`: as --set fleet.count=500. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  readonly host?: string;
  readonly port?: number;
  readonly generators?: number;
  /** A shorter load: one of them. */
  readonly scale?: number;
  readonly devices?: number;
  /** "30s" */
  readonly duration?: string;
  /** Folder of all results; default: "results". */
  readonly results?: string;
}

export interface RunOptions extends ScenarioOptions {
  /** Against a simulated ThingsBoard, of this release if one is named. */
  readonly simulate?: boolean | string;
  /** How much time things take in it. */
  readonly preset?: "instant" | "thingsboard-2core" | "thingsboard-2core-cold";
  /** A tenant administrator; the password is in ROLLCALL_ADMIN_PASSWORD. */
  readonly adminUrl?: string;
  readonly adminUser?: string;
  /** More than 1,000 devices may be made on a server that is neither simulated nor this machine. */
  readonly yes?: boolean;
  /** The commands of the scenario's events may be run on this machine. */
  readonly allowCommands?: boolean;
  /** Lines that the command would print beside its report. */
  readonly onWarning?: (text: string) => void;
}

/** What a run would do. */
export interface Planned {
  readonly name: string;
  /** Runs with the same hash may be compared. */
  readonly hash: string;
  /** mqtt, http or coap. */
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  /** At most, where a closed load has a duration. */
  readonly devices: number;
  readonly phases: readonly { readonly name: string; readonly shape: string; readonly devices: number }[];
  readonly warnings: readonly string[];
}

export interface RunResult {
  /** The run's folder. */
  readonly folder: string;
  /** 0: passed; see docs/meanings.md. */
  readonly exitCode: ExitCode;
  readonly summary: Summary;
}

/** Read it for the progress, once a second, or only await `result`. A mistake ends both with a RollcallError. */
export interface Run extends AsyncIterable<Progress> {
  readonly result: Promise<RunResult>;
  /** No new arrivals: what is in flight ends, the roll is called, and the result comes. */
  drain(): void;
}

/** What a scenario's file resolves to; its secrets need not be there. Rejects with RollcallError. */
export async function plan(scenario: string, options: ScenarioOptions = {}): Promise<Planned> {
  const world = createScriptWorld({});
  const overrides = overridesOf(scenarioOf(scenario, options));
  const missing = await missingSecrets(scenario, overrides, world.variables);
  const loaded = await loadScenarioFile(scenario, overrides, newRunId(), {
    env: world.variables,
    results: options.results ?? "results",
    standIns: missing.map(({ place }) => place),
  });
  const { name, hash, target, fleet, phases } = loaded.plan;
  return {
    name,
    hash,
    transport: target.transport,
    host: target.host,
    port: target.port,
    devices: fleet.count,
    phases: phases.map((phase) => ({ name: phase.name, shape: phase.shape.kind, devices: phase.devices })),
    warnings: loaded.warnings,
  };
}

/** Runs a scenario's file. `signal`: stop at once; the results of what there was are written all the same. */
export function run(scenario: string, options: RunOptions = {}, signal?: AbortSignal): Run {
  const progress = createNewest<Progress>();
  let folder: string | undefined;
  const world = createScriptWorld(
    {
      onFolder: (path) => {
        folder = path;
      },
      onFigures: (figures) => progress.put(progressOf(figures)),
      onWarning: (text) => options.onWarning?.(text),
    },
    signal,
  );
  const result = carryOut();
  // Whoever reads the progress alone is told there; a rejection that nobody awaits must not end the process.
  result.then(
    () => progress.end(),
    (error: unknown) => progress.end(error),
  );
  return { result, drain: () => world.drain(), [Symbol.asyncIterator]: () => progress[Symbol.asyncIterator]() };

  async function carryOut(): Promise<RunResult> {
    signal?.throwIfAborted();
    const { simulate } = options;
    const exitCode = await runScenario(world, {
      ...scenarioOf(scenario, options),
      simulate: simulate === undefined || simulate === false ? undefined : simulate === true ? "" : simulate,
      preset: options.preset ?? "thingsboard-2core",
      fault: [],
      adminUrl: options.adminUrl,
      adminUser: options.adminUser,
      out: options.results ?? "results",
      yes: options.yes ?? false,
      allowCommands: options.allowCommands ?? false,
      setup: undefined,
      generate: undefined,
      quiet: false,
      full: false,
      html: false,
      junit: false,
      json: false,
      output: undefined,
    });
    if (folder === undefined) throw new Error("a run without a folder");
    return { folder, exitCode, summary: await readSummary(folder) };
  }
}

export interface CompareOptions {
  readonly results?: string;
  /** Smallest change that is called, as a share of the base; default 0.05. */
  readonly minimumEffect?: number;
  /** Chance of any false alarm over all metrics together; default 0.05. */
  readonly level?: number;
  /** Compare runs of different plans or MQTT clients. */
  readonly force?: boolean;
}

/** Folders, names or short ids of runs, five or more a side. Rejects with RollcallError. */
export async function compare(
  base: readonly string[],
  candidates: readonly string[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const { clock } = createScriptWorld({});
  const { comparison } = await compareFolders(
    {
      base,
      candidates,
      out: options.results ?? "results",
      minimumEffect: options.minimumEffect ?? DEFAULT_POLICY.minimumEffect,
      level: options.level ?? DEFAULT_POLICY.level,
      force: options.force ?? false,
    },
    clock.wall(),
  );
  return comparison;
}

function scenarioOf(scenario: string, options: ScenarioOptions) {
  const { host, port, generators, scale, devices, duration } = options;
  return {
    scenario,
    set: Object.entries(options.set ?? {}).map(([path, value]) => `${path}=${value}`),
    host,
    port,
    generators,
    shorten: { scale, devices, duration },
  };
}
