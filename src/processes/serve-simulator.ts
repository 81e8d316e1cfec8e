import { reasonOf } from "../model/error.ts";
import type { SimulatorMessage, SimulatorRequest } from "../runs/simulation/embedded-simulator.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import type { Channel } from "../workers/channel.ts";

/** The embedded simulator's side of the conversation; it stands until the program is gone. `listens`: told when it does, and has said so. */
export async function serveSimulator(
  channel: Channel<SimulatorMessage, SimulatorRequest>,
  listens: () => void = () => undefined,
): Promise<void> {
  let simulator: Simulator | undefined;
  channel.hear((message) => {
    switch (message.kind) {
      case "start":
        startSimulator(message.options).then(
          (started) => {
            simulator = started;
            const { port, tlsPort, httpPort, coapPort } = started;
            channel.say({ kind: "listening", ports: { mqtt: port, mqttTls: tlsPort, http: httpPort, coap: coapPort } });
            listens();
          },
          (error: unknown) => channel.say({ kind: "failed", reason: reasonOf(error) }),
        );
        return;
      case "account":
        if (simulator === undefined) channel.say({ kind: "failed", reason: "it was not started" });
        else {
          const { serviceTimes } = simulator;
          const underWay = simulator.underWay();
          const { faults } = simulator.stats();
          const activeMs = performance.eventLoopUtilization().active;
          channel.say({ kind: "account", account: { faults, serviceTimes, underWay, activeMs } });
        }
        return;
    }
  });
  await channel.gone;
  await simulator?.close();
}
