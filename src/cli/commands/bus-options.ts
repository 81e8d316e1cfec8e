import type { Argv } from "yargs";
import { secondsIfGiven } from "../numbers.ts";
import { BUS_DEFAULTS } from "../../runs/crew/bus-setting.ts";

/** How to get to a bus; `--bus` itself is each command's own, as it means something else in each. */
export function busAccessOptions<T>(command: Argv<T>) {
  return command
    .option("bus-creds", { type: "string", describe: "NATS credentials file (.creds)" })
    .option("bus-ca", { type: "string", describe: "certificate authority of the bus, PEM: its connection must be TLS" })
    .option("bus-cert", { type: "string", describe: "client certificate for the bus, PEM" })
    .option("bus-key", { type: "string", describe: "private key of --bus-cert, PEM" })
    .implies("bus-cert", "bus-key")
    .implies("bus-key", "bus-cert");
}

/** Options of every command that makes load. */
export function busOptions<T>(command: Argv<T>) {
  return busAccessOptions(command)
    .option("bus", { type: "string", describe: "make the load on workers, over NATS: nats://host:4222" })
    .option("workers", { type: "number", describe: "with --bus: how many workers to wait for" })
    .option("generators-per-worker", { type: "number", describe: "with --bus: default by cores" })
    .option("on-worker-loss", {
      choices: ["go-on", "stop"] as const,
      defaultDescription: BUS_DEFAULTS.onWorkerLoss,
      describe: "with --bus: what the others do when a worker is lost",
    })
    .option(
      "wait",
      secondsIfGiven(`${BUS_DEFAULTS.wait}s`, "with --bus: time in which all workers must have come: 90s, 5m"),
    )
    .option(
      "lease",
      secondsIfGiven(
        `${BUS_DEFAULTS.lease}s`,
        "with --bus: time without a message after which workers stop by themselves",
      ),
    );
}
