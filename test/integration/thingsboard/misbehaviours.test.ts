import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProvisioner } from "../../../src/cli/wire.ts";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { createClock } from "../../../src/generator/clock.ts";
import { provisionDevice } from "../../../src/generator/flow.ts";
import { type Misbehaviour, MISBEHAVIOURS } from "../../../src/model/device.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { Target } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, usFromMs } from "../../../src/model/units.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { isExpected } from "../../../src/summary/expected.ts";

/** CoAP has no connection to hold. */
const canHappen =
  ({ transport }: Pick<Target, "transport">) =>
  (kind: Misbehaviour): boolean =>
    transport !== "coap" || !kind.endsWith("-socket");

/** Two devices: the first is good, the second misbehaves. */
async function provisionTwo(target: Target, misbehaviour: Misbehaviour, prefix: string): Promise<readonly Outcome[]> {
  const fleetPlan = {
    count: 2,
    seed: 1,
    names: { from: "pattern", pattern: "{prefix}{seq}" },
    mix: [{ type: "mqtt-basic", fields: ["clientId", "username", "password"], weight: 1 }],
    gateway: false,
    misbehaviours: [{ kind: misbehaviour, share: 1 }],
  } as const;
  const far = usFromMs(20_000);
  const cutOff = misbehaviour.endsWith("-socket") ? usFromMs(60) : far;
  const provisioner = await createProvisioner({
    target,
    fleet: fleetPlan,
    provisioning: {
      strategy: "allow-create",
      profile: undefined,
      key: "key",
      secret: new Secret("secret"),
      secretSource: "test",
    },
    timeouts: { connect: far, accept: target.transport === "mqtt" ? cutOff : far, answer: cutOff, login: far },
  });
  const outcomes: Outcome[] = [];
  const deps = {
    clock: createClock(process.hrtime.bigint(), () => process.hrtime.bigint()),
    fleet: createFleet({ fleet: fleetPlan, prefix }),
    provisioner,
    sink: {
      add: (entry: { readonly kind: string }) => {
        if (entry.kind === "outcome") outcomes.push((entry as unknown as { readonly outcome: Outcome }).outcome);
      },
      failed: new Promise<Error>(() => undefined),
      close: () => Promise.resolve(),
    },
  };
  for (const index of [0, 1]) {
    const arrival = { seq: seq(index), phase: 0, intended: undefined };
    await provisionDevice(deps, arrival, () => undefined, new AbortController().signal);
  }
  await provisioner.close();
  return outcomes;
}

describe("every misbehaviour gets the refusal that it is owed, and the good device before it none", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({
      profiles: [{ name: "p", key: "key", secret: "secret", strategy: "allow-create" }],
      http: {},
      coap: {},
    });
  });
  afterAll(() => simulator.close());

  const targets = [
    ["MQTT 3.1.1", { transport: "mqtt", mqttVersion: "3.1.1", payload: "json" }],
    ["MQTT 5", { transport: "mqtt", mqttVersion: "5", payload: "json" }],
    ["MQTT, protobuf", { transport: "mqtt", mqttVersion: "3.1.1", payload: "protobuf" }],
    ["CoAP", { transport: "coap", mqttVersion: "3.1.1", payload: "json" }],
    ["HTTP", { transport: "http", mqttVersion: "3.1.1", payload: "json" }],
  ] as const;

  it.each(
    targets.flatMap(([name, target]) =>
      MISBEHAVIOURS.filter(canHappen(target)).map((kind) => [name, kind, target] as const),
    ),
  )("%s: %s", async (name, kind, target) => {
    const port = { mqtt: simulator.port, http: simulator.httpPort, coap: simulator.coapPort }[target.transport] ?? 0;
    const prefix = `${name}-${kind}-`.replaceAll(/[^A-Za-z0-9]/g, "");
    const [good, bad] = await provisionTwo({ ...target, host: "127.0.0.1", port, tls: undefined }, kind, prefix);
    expect(good).toMatchObject({ misbehaviour: undefined, result: { state: "provisioned" } });
    expect(bad).toMatchObject({ misbehaviour: kind });
    expect(bad?.result.state).toMatch(/^(rejected|failed)$/);
    expect(bad === undefined ? false : isExpected(bad)).toBe(true);
    expect(bad?.result).not.toMatchObject({ unknown: true });
  });
});
