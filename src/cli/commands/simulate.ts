import { FAULT_KINDS } from "../../runs/simulation/fault-option.ts";
import { simulate } from "../../runs/simulation/simulate.ts";
import { DEFAULT_PROFILE } from "../../simulator/options.ts";
import type { AddCommand } from "./command.ts";
import { DEFAULTS, presetNames, STRATEGIES } from "./simulator-options.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "simulate",
    "act as a ThingsBoard: provision devices and let them log in over MQTT, HTTP and CoAP, until Ctrl-C",
    (command) =>
      command
        .option("host", {
          type: "string",
          default: "127.0.0.1",
          describe: "address to listen on; several with commas share one store",
        })
        .option("port", { type: "number", default: 1883, describe: "MQTT port; 0: any free one" })
        .option("http-port", { type: "number", describe: "HTTP port; 0: any free one. Default: no HTTP" })
        .option("coap-port", { type: "number", describe: "CoAP port (UDP); 0: any free one. Default: no CoAP" })
        .option("tls-port", { type: "number", describe: "MQTT over TLS; 0: any free one. Default: no TLS" })
        .option("tls-ca", {
          type: "string",
          default: "simulator-ca.pem",
          describe: "with --tls-port: where the simulator's own authority is written, for target.tls.ca",
        })
        .option("release", {
          type: "string",
          default: "4.2.1",
          describe: "ThingsBoard release to act as, 3.6 or later",
        })
        .option("preset", {
          choices: presetNames,
          default: DEFAULTS.preset,
          describe: "how long the server takes for each step: at once, or as measured on a real ThingsBoard",
        })
        .option("key", { type: "string", default: DEFAULT_PROFILE.key, describe: "the profile's provision key" })
        .option("secret", { type: "string", default: DEFAULT_PROFILE.secret, describe: "the profile's secret" })
        .option("strategy", {
          choices: STRATEGIES,
          default: DEFAULTS.strategy,
          describe: "the profile's provisioning strategy",
        })
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
        .option("cores", {
          type: "number",
          default: 1,
          describe: "cores behind the transports, each with a part of one queue",
        })
        .option("queue-delay", {
          type: "string",
          default: "0s",
          describe: "what that queue takes, each way, e.g. 20ms",
        })
        .option("node-fault", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe:
            "what happens to one node, from so long after the first request for a device on, and for how long: 127.0.0.2:down@30s+20s, 127.0.0.2:cut-off@30s, 127.0.0.3:lag:500ms, core2:down@30s+20s",
        })
        .option("tenants", {
          type: "number",
          default: 1,
          describe: "tenants: the second has the administrator tenant2@thingsboard.org, password tenant2, and so on",
        })
        .option("state", {
          type: "string",
          describe: "file in which devices and profiles outlive the simulator, e.g. for an upgrade; made if not there",
        })
        .example("$0 simulate --http-port 8080 --coap-port 5683", "with HTTP, CoAP and an administrator's REST API")
        .example(
          "$0 simulate --host 127.0.0.1,127.0.0.2 --cores 2 --node-fault 127.0.0.2:down@30s+20s",
          "a cluster, one of whose two transports is away for a while",
        )
        .example("$0 simulate --release 3.6.4 --fault ghost:0.05", "an older one, that loses answers")
        .option("seed", {
          type: "number",
          default: 1,
          describe: "the same seed gives the same tokens, service times and faults",
        }),
    (args) => start(() => simulate(world, args)),
  );
};
