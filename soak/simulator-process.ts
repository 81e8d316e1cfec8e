/**
 * The server of the soak in a process of its own: says its ports, strikes with the faults that it is sent, forgets old
 * devices (a database on a disk would not grow in memory either), and ends with its parent.
 */
import type { Fault } from "../src/simulator/core/faults.ts";
import { startSimulator } from "../src/simulator/simulator.ts";

/** Devices that are kept beside those that stay. */
const KEPT = 5_000;
const SWEEP_MS = 1_000;

/** Devices made first of all, which stay. */
const held = Number(process.argv[2]);
const profile = { name: "soak", key: "soak-key", secret: "soak-secret", strategy: "allow-create" } as const;
const simulator = await startSimulator({ profiles: [profile], http: {}, coap: {} });
const { port, httpPort, coapPort, store, sessions } = simulator;

const sweep = setInterval(() => {
  process.send?.({ kind: "sessions", count: sessions.size });
  let over = store.size - held - KEPT;
  let index = 0;
  for (const device of store.devices()) {
    if (over <= 0) break;
    index += 1;
    if (index <= held) continue;
    store.removeDevice(device);
    over -= 1;
  }
}, SWEEP_MS);

process.on("message", (faults: readonly Fault[]) => simulator.strike(faults));
process.send?.({ kind: "listening", mqtt: port, http: httpPort, coap: coapPort });
process.once("disconnect", () => {
  clearInterval(sweep);
  void simulator.close();
});
