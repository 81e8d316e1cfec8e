import type { Phase, Plan, Shape } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, us } from "../../../src/model/units.ts";

export function phaseOf(shape: Shape, devices: number): Phase {
  return { name: shape.kind, warmup: false, firstSeq: seq(0), devices, shape };
}

/** A plan of the given phases against 192.0.2.1, roll call after, nothing held. */
export function planOf(phases: readonly Phase[], changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    name: "test",
    description: "",
    hash: "0".repeat(64),
    runId: "abc123",
    prefix: "abc123-",
    target: { transport: "mqtt", host: "192.0.2.1", port: 1883, mqttVersion: "3.1.1", payload: "json", tls: undefined },
    admin: undefined,
    provisioning: {
      strategy: "allow-create",
      profile: undefined,
      key: "key",
      secret: new Secret("s3cret"),
      secretSource: "literal",
    },
    fleet: {
      count: phases.reduce((sum, phase) => sum + phase.devices, 0),
      seed: 1,
      names: { from: "pattern", pattern: "{prefix}{seq}" },
      mix: [{ weight: 1, type: "access-token", made: "server" }],
      gateway: false,
      misbehaviours: [],
    },
    phases,
    maxInFlight: 10_000,
    rollCall: {
      when: "after",
      concurrency: 50,
      rate: undefined,
      hold: us(0),
      keepAliveSeconds: 60,
      negativeControl: true,
    },
    timeouts: { connect: us(1), accept: us(1), answer: us(1), login: us(1) },
    thresholds: [],
    generators: "auto",
    ...changes,
  };
}
