import process from "node:process";
import { EXIT } from "../model/error.ts";
import { startSimulator } from "../simulator/simulator.ts";
import type { SimulatorMessage, SimulatorRequest } from "./embedded-simulator.ts";

/** Entry of the embedded simulator's process: it must not share an event loop with what measures it. */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // It is needed until the roll has been called; the parent says when that is over.
  process.on(signal, () => undefined);
}
process.once("disconnect", () => process.exit(EXIT.pass));
process.on("message", (message: SimulatorRequest) => {
  switch (message.kind) {
    case "start":
      startSimulator(message.options).then(
        ({ port, tlsPort, httpPort, coapPort }) =>
          reply({ kind: "listening", ports: { mqtt: port, mqttTls: tlsPort, http: httpPort, coap: coapPort } }),
        (error: unknown) => reply({ kind: "failed", reason: error instanceof Error ? error.message : String(error) }),
      );
      return;
  }
});

function reply(message: SimulatorMessage): void {
  process.send?.(message);
}
