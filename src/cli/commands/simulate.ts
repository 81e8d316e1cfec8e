import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { EXIT, RollcallError } from "../../model/error.ts";
import { DEFAULT_PROFILE, type SimulatedProfile } from "../../simulator/options.ts";
import type { ServerIdentity } from "../../simulator/transports/server-identity.ts";
import { PRESETS, type PresetName } from "../../simulator/timing/service-model.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import { print } from "../output.ts";
import { readSimulatorState, writeSimulatorState } from "../../runs/aim/simulator-state.ts";
import { stopOnSignals } from "../../runs/run/stop-signals.ts";
import type { AddCommand } from "./command.ts";
import { FAULT_KINDS, parseFault } from "./fault-option.ts";

export const presetNames = Object.keys(PRESETS) as readonly PresetName[];

const STRATEGIES = ["allow-create", "pre-provisioned", "disabled"] as const;

/** Typed apart from the options: a literal there would narrow the whole option to itself. */
export const DEFAULTS: { readonly preset: PresetName; readonly strategy: (typeof STRATEGIES)[number] } = {
  preset: "thingsboard-2core",
  strategy: "allow-create",
};

export const add: AddCommand = (program, exit) => {
  program.command(
    "simulate",
    "be a ThingsBoard: provision devices and let them log in over MQTT, HTTP and CoAP, until Ctrl-C",
    (command) =>
      command
        .option("host", { type: "string", default: "127.0.0.1", describe: "address to listen on" })
        .option("port", { type: "number", default: 1883, describe: "MQTT port; 0: any free one" })
        .option("http-port", { type: "number", describe: "HTTP port; 0: any free one. Default: no HTTP" })
        .option("coap-port", { type: "number", describe: "CoAP port (UDP); 0: any free one. Default: no CoAP" })
        .option("tls-port", { type: "number", describe: "MQTT over TLS; 0: any free one. Default: no TLS" })
        .option("tls-ca", {
          type: "string",
          default: "simulator-ca.pem",
          describe: "with --tls-port: where the simulator's own authority is written, for target.tls.ca",
        })
        .option("release", { type: "string", default: "4.2.1", describe: "ThingsBoard release to be, 3.6 or later" })
        .option("preset", {
          choices: presetNames,
          default: DEFAULTS.preset,
          describe: "how much time things take",
        })
        .option("key", { type: "string", default: DEFAULT_PROFILE.key, describe: "the profile's provision key" })
        .option("secret", { type: "string", default: DEFAULT_PROFILE.secret, describe: "the profile's secret" })
        .option("strategy", { choices: STRATEGIES, default: DEFAULTS.strategy })
        .option("chain-ca", {
          type: "string",
          describe: "with --tls-port: the authority (PEM) of another profile, of strategy x509-chain",
        })
        .option("chain-pattern", {
          type: "string",
          default: "(.*)",
          describe: "with --chain-ca: where a common name has the device's name, as in the profile",
        })
        .option("device", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "name of a device that exists already, for the pre-provisioned strategy",
        })
        .option("fault", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: `kind[:share[:milliseconds]], e.g. ghost:0.05; kinds: ${FAULT_KINDS.join(", ")}`,
        })
        .option("state", {
          type: "string",
          describe: "file in which devices and profiles outlive the simulator, e.g. for an upgrade; made if not there",
        })
        .option("seed", { type: "number", default: 1, describe: "of tokens, service times and faults" }),
    async (args) => {
      const identity = args.tlsPort === undefined ? undefined : await createIdentity(args.tlsCa);
      const profile = { name: "rollcall", key: args.key, secret: args.secret, strategy: args.strategy };
      const state = args.state === undefined ? undefined : await readSimulatorState(args.state);
      using stopping = stopOnSignals();
      const simulator = await startSimulator({
        host: args.host,
        port: args.port,
        ...(args.httpPort === undefined ? {} : { http: { port: args.httpPort } }),
        ...(args.coapPort === undefined ? {} : { coap: { port: args.coapPort } }),
        ...(identity === undefined || args.tlsPort === undefined ? {} : { tls: { ...identity, port: args.tlsPort } }),
        version: args.release,
        preset: args.preset,
        profiles:
          args.chainCa === undefined ? [profile] : [profile, await chainProfile(args.chainCa, args.chainPattern)],
        devices: args.device.map((name) => ({ profile: profile.name, name })),
        faults: args.fault.map(parseFault),
        seed: args.seed,
        ...(state === undefined ? {} : { state }),
      });
      await print(`Simulated ThingsBoard ${args.release} (${args.preset}) on mqtt://${args.host}:${simulator.port}`);
      if (simulator.tlsPort !== undefined) {
        await print(`and on mqtts://${args.host}:${simulator.tlsPort}, trusted with target.tls.ca=${args.tlsCa}`);
      }
      if (simulator.httpPort !== undefined) await print(`and on http://${args.host}:${simulator.httpPort}`);
      if (simulator.coapPort !== undefined) await print(`and on coap://${args.host}:${simulator.coapPort}`);
      await print(`Provision key ${args.key}, secret ${args.secret}, strategy ${args.strategy}. Ctrl-C ends it.`);
      if (!stopping.signal.aborted) await once(stopping.signal, "abort");
      const { connections, requests, succeeded, logins, admitted } = simulator.stats();
      await simulator.close();
      if (args.state !== undefined) await writeSimulatorState(args.state, simulator.store);
      await print(
        `${connections} connections, ${requests} requests (${succeeded} succeeded), ${logins} logins (${admitted} admitted)`,
      );
      exit(EXIT.pass);
    },
  );
};

/** Throws RollcallError "chain-ca". */
async function chainProfile(file: string, namePattern: string): Promise<SimulatedProfile> {
  const secret = await readFile(file, "utf8").catch((error: unknown) => {
    throw new RollcallError(
      "chain-ca",
      `The authority of the chain cannot be read: ${(error as Error).message}.`,
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
    await writeFile(file, identity.cert);
  } catch (error) {
    throw new RollcallError(
      "simulator-ca",
      `The simulator's authority cannot be written: ${(error as Error).message}.`,
      "Name another file with --tls-ca.",
    );
  }
  return identity;
}
