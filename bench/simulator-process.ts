/** The target of the bench in a process of its own: answers without service time, says its ports, ends with its parent. */
import { createServerIdentity } from "../src/simulator/transports/server-identity.ts";
import { startSimulator } from "../src/simulator/simulator.ts";

const profile = { name: "bench", key: "bench-key", secret: "bench-secret", strategy: "allow-create" } as const;
const identity = await createServerIdentity();
const simulator = await startSimulator({
  preset: "instant",
  profiles: [profile],
  tls: identity,
  http: {},
});
const { port, tlsPort, httpPort } = simulator;
process.send?.({ port, tlsPort, httpPort, authority: identity.cert, key: profile.key, secret: profile.secret });
process.once("disconnect", () => void simulator.close());
