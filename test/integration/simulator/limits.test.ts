import { afterEach, describe, expect, it } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import type { Timers } from "../../../src/simulator/timing/timers.ts";
import { connectPacket, type Event, type MqttVersion, openClient } from "./client.ts";

let simulator: Simulator | undefined;
afterEach(() => simulator?.close());

/** Time that stands still unless it is moved; nothing is called back. */
function stoppedTime(): Timers & { move(ms: number): void } {
  let now = 0;
  return {
    now: () => now,
    wall: () => now,
    after: () => () => undefined,
    move: (ms) => {
      now += ms;
    },
  };
}

async function start(options: SimulatorOptions) {
  const profiles = ["DEFAULT", "MQTT", "COAP"].map((transport) => ({
    name: transport,
    key: transport,
    secret: "s",
    strategy: "allow-create" as const,
    transport,
  }));
  const devices = profiles.map(({ name }) => ({
    profile: name,
    name,
    credentials: { type: "ACCESS_TOKEN" as const, token: `token-${name}` },
  }));
  simulator = await startSimulator({ profiles, devices, ...options });
}

/** What a login is answered, to the end of its connection. */
async function logIn(username: string, version: MqttVersion = 4): Promise<readonly Event[]> {
  const client = openClient(simulator?.port ?? 0, version);
  client.send(connectPacket(version, { username }), { cmd: "disconnect" });
  return client.rest();
}

const codeOf = ([first]: readonly Event[]): unknown =>
  first?.cmd === "connack" ? (first.reasonCode ?? first.returnCode) : first?.cmd;

/** Each as a real 4.2.1 did it. */
describe("what a tenant's profile and usage forbid", () => {
  it("lets in over MQTT the devices of profiles for MQTT, and of those for any transport", async () => {
    await start({});
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(0);
    expect(codeOf(await logIn("token-MQTT"))).toBe(0);
    expect(codeOf(await logIn("token-COAP"))).toBe(3);
    expect(await logIn("token-COAP", 5)).toMatchObject([
      { cmd: "connack", reasonCode: 0x88 },
      { cmd: "disconnect", reasonCode: 0x89 },
      { cmd: "closed" },
    ]);
  });

  it("takes two messages for a login and its end", async () => {
    const timers = stoppedTime();
    await start({ timers, tenant: { messages: "21:600" } });
    const codes: unknown[] = [];
    for (let login = 0; login < 13; login += 1) codes.push(codeOf(await logIn("token-DEFAULT")));
    expect(codes).toEqual([...Array.from({ length: 11 }, () => 0), 3, 3]);
    // A tenth of the time fills a tenth of the bucket.
    timers.move(60_000);
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(0);
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(3);
  });

  it("counts each device for itself", async () => {
    await start({ timers: stoppedTime(), tenant: { deviceMessages: "1:60" } });
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(0);
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(3);
    expect(codeOf(await logIn("token-MQTT"))).toBe(0);
  });

  it("says over MQTT 5 that the rate is too high; 3.6 only that it is not available", async () => {
    await start({ tenant: { transport: "DISABLED" } });
    expect(await logIn("token-DEFAULT", 5)).toMatchObject([{ reasonCode: 0x9f }, { reasonCode: 0x96 }, {}]);
    await simulator?.close();
    await start({ version: "3.6.4", tenant: { transport: "DISABLED" } });
    expect(codeOf(await logIn("token-DEFAULT", 5))).toBe(0x88);
  });

  it("shuts an address out after wrong logins in a row, provision sessions too, and for a time", async () => {
    const timers = stoppedTime();
    await start({ timers, limits: { wrongLoginsPerAddress: 2 } });
    await logIn("wrong");
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(0);
    await logIn("wrong");
    expect(codeOf(await logIn("wrong"))).toBe(5);
    expect(codeOf(await logIn("token-DEFAULT"))).toBe("closed");
    expect(codeOf(await logIn("provision"))).toBe("closed");
    timers.move(60_000);
    expect(codeOf(await logIn("token-DEFAULT"))).toBe(0);
  });
});
