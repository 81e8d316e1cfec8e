import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoginStage } from "../../../src/model/outcome.ts";
import type { Plan, Target } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { us } from "../../../src/model/units.ts";
import { createLogin } from "../../../src/runs/wiring/wire.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { phaseOf, planOf } from "../../unit/runs/plan.ts";

const TOKEN = { type: "ACCESS_TOKEN", token: "known-token" } as const;
const LONG = us(20_000_000);
/** For what never comes. */
const SHORT = us(150_000);

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    http: {},
    coap: {},
    devices: [{ profile: "rollcall", name: "known", credentials: TOKEN }],
  });
});
afterAll(() => simulator.close());

type Proof = NonNullable<Plan["rollCall"]["proof"]>;

async function logIn(target: Partial<Target>, proof: Proof | undefined, answer = LONG, keep = false) {
  const plan = planOf([phaseOf({ kind: "burst" }, 1)]);
  const port = { mqtt: simulator.port, http: simulator.httpPort, coap: simulator.coapPort }[target.transport ?? "mqtt"];
  const login = await createLogin(
    {
      ...plan,
      target: { ...plan.target, host: "127.0.0.1", port: port ?? 0, ...target },
      timeouts: { connect: LONG, accept: LONG, answer, login: LONG },
      rollCall: { ...plan.rollCall, ...(proof === undefined ? {} : { proof }) },
    },
    keep,
  );
  const stages: LoginStage[] = [];
  const credentials = { type: "ACCESS_TOKEN", token: new Secret(TOKEN.token) } as const;
  try {
    const admission = await login.login(
      credentials,
      (stage) => stage !== "leaving" && stages.push(stage),
      new AbortController().signal,
    );
    await admission.session?.close();
    return { verdict: admission.verdict, stages, kept: admission.session !== undefined };
  } finally {
    await login.close();
  }
}

describe.each([
  ["mqtt", { client: "lean", mqttVersion: "3.1.1" }],
  ["mqtt", { client: "lean", mqttVersion: "5" }],
  ["mqtt", { client: "mqtt", mqttVersion: "3.1.1" }],
  ["mqtt", { client: "mqtt", mqttVersion: "5" }],
  ["http", {}],
  ["coap", {}],
] as const)("the proof of a device that was let in, over %s %o", (transport, more) => {
  const target: Partial<Target> = { transport, ...more };

  it.each(["telemetry", "attributes"] as const)("%s: it speaks and is heard", async (proof) => {
    simulator.strike([]);
    const { verdict, stages } = await logIn(target, proof);
    expect(verdict).toEqual({ state: "connected" });
    expect(stages.at(-1)).toBe("proved");
    expect(stages).toContain("admitted");
  });

  it("telemetry that nobody acknowledges is a verdict of its own, and no word is one without a proof", async () => {
    simulator.strike([{ kind: "mute" }]);
    const { verdict, stages } = await logIn(target, "telemetry", SHORT);
    expect(verdict).toMatchObject({ state: "mute", kind: "answer-timeout" });
    expect(stages).toContain("admitted");
    expect(stages).not.toContain("proved");
    expect((await logIn(target, undefined)).verdict).toEqual({ state: "connected" });
  });
});

it.each(["lean", "mqtt"] as const)("a question without an answer is mute, client %s", async (client) => {
  simulator.strike([{ kind: "mute" }]);
  const { verdict } = await logIn({ transport: "mqtt", client }, "attributes", SHORT);
  expect(verdict).toEqual({ state: "mute", kind: "answer-timeout", detail: "no answer within 150 ms" });
});

it("a session that is to be held is held once the device was heard", async () => {
  simulator.strike([]);
  const { verdict, kept } = await logIn({ transport: "mqtt", client: "lean" }, "telemetry", LONG, true);
  expect({ verdict, kept }).toEqual({ verdict: { state: "connected" }, kept: true });
});
