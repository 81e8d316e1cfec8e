/** The target of the bench in a process of its own: answers without service time, says its port, ends with its parent. */
import { startSimulator } from "../src/simulator/simulator.ts";

const profile = { name: "bench", key: "bench-key", secret: "bench-secret", strategy: "allow-create" } as const;
const simulator = await startSimulator({ preset: "instant", profiles: [profile] });
process.send?.({ port: simulator.port, key: profile.key, secret: profile.secret });
process.once("disconnect", () => void simulator.close());
