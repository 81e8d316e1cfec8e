import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProvisioner } from "../../../src/runs/wiring/wire.ts";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { createClock } from "../../../src/generator/clock.ts";
import { provisionDevice } from "../../../src/generator/flow.ts";
import { isRepeating, type Misbehaviour, MISBEHAVIOURS } from "../../../src/model/device.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { Target } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { type Seq, seq, type Us, usFromMs } from "../../../src/model/units.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { isOwed } from "../../../src/summary/expected.ts";
import { CLIENT_NAMES } from "../../contract/mqtt-harness.ts";

/** CoAP has no connection to hold. */
const canHappen =
  ({ transport }: Pick<Target, "transport">) =>
  (kind: Misbehaviour): boolean =>
    transport !== "coap" || !kind.endsWith("-socket");

/** Devices one after the other: the first is good, all others misbehave, and the last is the second that does. */
async function provisionThree(target: Target, misbehaviour: Misbehaviour, prefix: string): Promise<readonly Outcome[]> {
  const fleetPlan = {
    count: 3,
    seed: 1,
    names: { from: "pattern", pattern: "{prefix}{seq}" },
    mix: [{ type: "mqtt-basic", fields: ["clientId", "username", "password"], weight: 1 }],
    gateway: false,
    misbehaviours: [{ kind: misbehaviour, share: 1 }],
  } as const;
  const far = usFromMs(20_000);
  const cutOff = misbehaviour.endsWith("-socket") ? usFromMs(60) : far;
  const create = (accept: Us, answer: Us) =>
    createProvisioner({
      target,
      fleet: fleetPlan,
      provisioning: {
        strategy: "allow-create",
        profile: undefined,
        key: "key",
        secret: new Secret("secret"),
        secretSource: "test",
      },
      timeouts: { connect: far, accept, answer, login: far },
    });
  // Nobody waits for the good device, however busy the machine is.
  const patient = await create(far, far);
  const provisioner = await create(target.transport === "mqtt" ? cutOff : far, cutOff);
  const good = createFleet({ fleet: { ...fleetPlan, misbehaviours: [] }, prefix });
  const bad = createFleet({ fleet: { ...fleetPlan, firstSeq: seq(1) }, prefix });
  const outcomes: Outcome[] = [];
  const deps = {
    clock: createClock(process.hrtime.bigint(), () => process.hrtime.bigint()),
    fleet: { device: (own: Seq) => (own === 0 ? good : bad).device(own) },
    sink: {
      add: (entry: { readonly kind: string }) => {
        if (entry.kind === "outcome") outcomes.push((entry as unknown as { readonly outcome: Outcome }).outcome);
      },
      failed: new Promise<Error>(() => undefined),
      close: () => Promise.resolve(),
    },
  };
  for (const index of [0, 1, 2]) {
    const arrival = { seq: seq(index), phase: 0, intended: undefined };
    await provisionDevice(
      { ...deps, provisioner: index === 0 ? patient : provisioner },
      arrival,
      () => undefined,
      new AbortController().signal,
    );
  }
  await Promise.all([patient.close(), provisioner.close()]);
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
    ...CLIENT_NAMES.flatMap((client) => [
      [`MQTT 3.1.1, client ${client}`, { transport: "mqtt", mqttVersion: "3.1.1", client, payload: "json" }] as const,
      [`MQTT 5, client ${client}`, { transport: "mqtt", mqttVersion: "5", client, payload: "json" }] as const,
      [`protobuf, client ${client}`, { transport: "mqtt", mqttVersion: "3.1.1", client, payload: "protobuf" }] as const,
    ]),
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
    const [good, first, bad] = await provisionThree(
      { ...target, host: "127.0.0.1", port, tls: undefined },
      kind,
      prefix,
    );
    expect(good).toMatchObject({ misbehaviour: undefined, result: { state: "provisioned" } });
    // Of those that repeat each other one is provisioned: here the first.
    expect(first?.result.state === "provisioned").toBe(isRepeating(kind));
    expect(bad).toMatchObject({ misbehaviour: kind });
    expect(bad?.result.state).toMatch(/^(rejected|failed)$/);
    expect(bad === undefined ? false : isOwed(kind, bad.result)).toBe(true);
    expect(bad?.result).not.toMatchObject({ unknown: true });
  });
});
