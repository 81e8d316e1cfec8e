import { CONFORMANCE_FORMATS, tryConformance } from "../../runs/conformance/conformance.ts";
import { adminOptions } from "./admin-options.ts";
import { formatOptions } from "./format-options.ts";
import { type AddCommand, resultsOption } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "conformance [target]",
    "try a server with every rule of the provisioning contract: which version does it behave like?",
    (command) =>
      formatOptions(adminOptions(resultsOption(command)), CONFORMANCE_FORMATS)
        .positional("target", { type: "string", describe: "mqtt://host:port, or mqtts:// for TLS" })
        .option("simulate", { type: "string", describe: "the simulator, as this ThingsBoard release" })
        .option("http", { type: "string", describe: "address of the HTTP device API; default: --admin-url" })
        .option("coap", { type: "string", describe: "address of CoAP, e.g. coap://host:5683; default: not tried" })
        .option("tls", { type: "string", describe: "MQTT over TLS beside the target, e.g. mqtts://host:8883" })
        .option("ca", { type: "string", describe: "over TLS: PEM file of the server's authority" })
        .option("insecure", { type: "boolean", default: false, describe: "over TLS: accept any certificate" })
        .option("slow", {
          type: "boolean",
          default: false,
          describe: "also try the rules that take up to a minute each",
        })
        .option("key", {
          type: "string",
          describe: "without an administrator: provision key of a profile, secret in ROLLCALL_PROVISION_SECRET",
        })
        .option("expect", {
          type: "string",
          describe: "release to compare it with; default: the one that the server reports",
        })
        .option("baseline", { type: "string", describe: "an earlier result (JSON): show only what changed since" })
        .option("all", { type: "boolean", default: false, describe: "show every case, not only those that differ" })
        .example(
          "$0 conformance mqtt://tb:1883 --admin-url http://tb:8080 --admin-user tenant@example.com -f json > before.json",
          "a baseline",
        )
        .example("$0 conformance --simulate 4.2.1 --all", "every case, against the simulator")
        .conflicts("simulate", ["target", "admin-url", "http", "coap", "tls", "key", "ca"]),
    (args) => start(() => tryConformance(world, args)),
  );
};
