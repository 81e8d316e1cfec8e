/**
 * The target of the bench in a process of its own: answers without service time, or after as many milliseconds as its one
 * argument says; says its ports, ends with its parent.
 */
import { createServerIdentity } from "../src/simulator/transports/server-identity.ts";
import { startSimulator } from "../src/simulator/simulator.ts";

const profile = { name: "bench", key: "bench-key", secret: "bench-secret", strategy: "allow-create" } as const;
const serviceMs = Number(process.argv[2] ?? 0);
const identity = await createServerIdentity();
const simulator = await startSimulator({
  preset: "instant",
  ...(serviceMs > 0 && { service: { workers: 10_000, provision: { kind: "fixed", ms: serviceMs } } }),
  profiles: [profile],
  tls: identity,
  http: {},
});
const { port, tlsPort, httpPort } = simulator;
process.send?.({ port, tlsPort, httpPort, authority: identity.cert, key: profile.key, secret: profile.secret });
process.once("disconnect", () => void simulator.close());
