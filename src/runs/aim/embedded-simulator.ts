import { fork } from "node:child_process";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { fleetNames } from "./fleet-names.ts";
import { processEntry } from "../../processes/process-entry.ts";
import type { SimulatedDevice, SimulatorOptions } from "../../simulator/options.ts";

/** Of ThingsBoard's demo data, which the simulator has too. */
export const SIMULATED_ADMINISTRATOR = {
  username: "tenant@thingsboard.org",
  password: new Secret("tenant"),
  apiKey: undefined,
} as const;

export const SIMULATED_SYSTEM_ADMINISTRATOR = {
  username: "sysadmin@thingsboard.org",
  password: "sysadmin",
} as const;

export type SimulatorRequest =
  | { readonly kind: "start"; readonly options: SimulatorOptions }
  | { readonly kind: "account" };
export type SimulatorMessage =
  | { readonly kind: "account"; readonly account: SimulatorAccount }
  | { readonly kind: "listening"; readonly ports: SimulatorPorts }
  | { readonly kind: "failed"; readonly reason: string };

/** What it did, as it knows it itself. */
export interface SimulatorAccount {
  readonly faults: number;
  /** As in Simulator. */
  readonly serviceTimes: readonly number[];
}

/** Where it listens; undefined: not asked for. */
export interface SimulatorPorts {
  readonly mqtt: number;
  readonly mqttTls: number | undefined;
  readonly http: number | undefined;
  readonly coap: number | undefined;
}

export interface EmbeddedSimulator extends Disposable {
  readonly ports: SimulatorPorts;
  readonly pid: number | undefined;
  /** Resolves, with how, if it ends before it is disposed of. */
  readonly died: Promise<string>;
  /** Up to now; rejects if it is gone. */
  account(): Promise<SimulatorAccount>;
}

/** The simulator in a process of its own, on free ports of 127.0.0.1. Throws RollcallError "simulator-failed". */
export async function startEmbeddedSimulator(options: SimulatorOptions): Promise<EmbeddedSimulator> {
  const child = fork(processEntry("simulator-process"), {
    // A session of its own, so that Ctrl-C in the terminal does not end it before the roll call.
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  let disposed = false;
  const died = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      if (!disposed) resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
    child.on("error", (error) => resolve(error.message));
  });
  const ask = (request: SimulatorRequest): Promise<SimulatorMessage> => {
    const answer = new Promise<SimulatorMessage>((resolve) => {
      child.once("message", (message: SimulatorMessage) => resolve(message));
    });
    child.send(request, () => undefined);
    return Promise.race([
      answer,
      died.then((how): SimulatorMessage => ({ kind: "failed", reason: `its process ended with ${how}` })),
    ]);
  };
  const message = await ask({ kind: "start", options });
  if (message.kind !== "listening") {
    child.kill("SIGKILL");
    const reason = message.kind === "failed" ? message.reason : message.kind;
    throw new RollcallError(
      "simulator-failed",
      `The simulator could not be started: ${reason.replace(/\.$/, "")}.`,
      "See the version given to --simulate, and `rollcall simulate --help`.",
      EXIT.usage,
    );
  }
  return {
    ports: message.ports,
    pid: child.pid,
    died,
    async account() {
      const told = await ask({ kind: "account" });
      if (told.kind !== "account") throw new Error(`no account of the simulator: ${JSON.stringify(told)}`);
      return told.account;
    },
    [Symbol.dispose]() {
      disposed = true;
      // It keeps nothing that would have to be saved.
      child.kill("SIGKILL");
    },
  };
}

/** The devices that must exist before a pre-provisioned fleet asks for its credentials. */
export function preparedDevices(plan: Plan, profile: string): readonly SimulatedDevice[] {
  if (plan.provisioning.strategy !== "pre-provisioned") return [];
  return fleetNames(plan).map((name) => ({ profile, name }));
}
