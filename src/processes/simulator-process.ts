import process from "node:process";
import { EXIT, reasonOf } from "../model/error.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import type { SimulatorMessage, SimulatorRequest } from "../runs/simulation/embedded-simulator.ts";

/** Entry of the embedded simulator's process: it must not share an event loop with what measures it. */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // It is needed until the roll has been called; the parent says when that is over.
  process.on(signal, () => undefined);
}
process.once("disconnect", () => process.exit(EXIT.pass));
let simulator: Simulator | undefined;
process.on("message", (message: SimulatorRequest) => {
  switch (message.kind) {
    case "start":
      startSimulator(message.options).then(
        (started) => {
          simulator = started;
          const { port, tlsPort, httpPort, coapPort } = started;
          reply({ kind: "listening", ports: { mqtt: port, mqttTls: tlsPort, http: httpPort, coap: coapPort } });
        },
        (error: unknown) => reply({ kind: "failed", reason: reasonOf(error) }),
      );
      return;
    case "account":
      if (simulator === undefined) reply({ kind: "failed", reason: "it was not started" });
      else {
        const { serviceTimes } = simulator;
        const underWay = simulator.underWay();
        reply({ kind: "account", account: { faults: simulator.stats().faults, serviceTimes, underWay } });
      }
      return;
  }
});

function reply(message: SimulatorMessage): void {
  process.send?.(message);
}
