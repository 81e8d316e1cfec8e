import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "../../../src/simulator/core/faults.ts";
import { DEFAULT_PROFILE, type SimulatorOptions } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { type Event, connectPacket, login, openClient, openProvision, provision, publishPacket } from "./client.ts";

let simulator: Simulator;
afterEach(() => simulator.close());

const start = async (fault: Fault, options: SimulatorOptions = {}): Promise<void> => {
  simulator = await startSimulator({ faults: [fault], ...options });
};
const request = (deviceName: string, more: object = {}) => ({
  deviceName,
  provisionDeviceKey: DEFAULT_PROFILE.key,
  provisionDeviceSecret: DEFAULT_PROFILE.secret,
  ...more,
});

/** Sends one request and returns the first `count` events. */
async function ask(deviceName: string, count: number): Promise<readonly Event[]> {
  const client = await openProvision(simulator.port, 4);
  client.send(publishPacket("/provision/request", JSON.stringify(request(deviceName))));
  const events: Event[] = [];
  while (events.length < count) events.push(await client.next());
  client.end();
  return events;
}

/** Sends one request, then a ping: what comes before its answer is all there is. */
async function silence(deviceName: string): Promise<readonly string[]> {
  const client = await openProvision(simulator.port, 4);
  client.send(publishPacket("/provision/request", JSON.stringify(request(deviceName))), { cmd: "pingreq" });
  const commands: string[] = [];
  while (commands.at(-1) !== "pingresp") commands.push((await client.next()).cmd);
  client.end();
  return commands;
}

const commands = (events: readonly Event[]): readonly string[] => events.map(({ cmd }) => cmd);

describe("faults at the request", () => {
  it("drop: nothing comes, nothing is created", async () => {
    await start({ kind: "drop" });
    expect(await silence("d")).toEqual(["pingresp"]);
    expect(simulator.stats()).toMatchObject({ faults: 1, created: [], requests: 1 });
  });

  it("strike only while they are on", async () => {
    await start({ kind: "drop" });
    simulator.strike([]);
    expect(commands(await ask("d", 2))).toContain("publish");
    simulator.strike([{ kind: "drop" }]);
    expect(await silence("e")).toEqual(["pingresp"]);
  });

  it("acknowledge-only: a PUBACK, no answer, a ghost", async () => {
    await start({ kind: "acknowledge-only" });
    expect(await silence("d")).toEqual(["puback", "pingresp"]);
    expect(simulator.stats().ghosts).toEqual(["d"]);
  });

  it("ghost: created, then the core's error", async () => {
    await start({ kind: "ghost", ms: 5 });
    expect(commands(await ask("d", 2))).toEqual(["puback", "closed"]);
    expect(simulator.stats()).toMatchObject({ created: ["d"], ghosts: ["d"], unanswered: 1 });
  });

  it("queue-full: the core's error at once, nothing created", async () => {
    await start({ kind: "queue-full" });
    expect(commands(await ask("d", 2))).toEqual(["puback", "closed"]);
    expect(simulator.stats()).toMatchObject({ created: [], unanswered: 1 });
  });

  it("delay: the answer comes later", async () => {
    await start({ kind: "delay", ms: 30 });
    const started = performance.now();
    expect(commands(await ask("d", 2))).toEqual(["puback", "publish"]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });

  it("duplicate, other-topic, fragment: the answer twice, elsewhere, in pieces", async () => {
    await start({ kind: "duplicate" });
    expect(commands(await ask("d", 3))).toEqual(["puback", "publish", "publish"]);
    await simulator.close();
    await start({ kind: "other-topic" });
    expect((await ask("d", 2))[1]).toMatchObject({ topic: "/provision/elsewhere" });
    expect(simulator.stats().ghosts).toEqual(["d"]);
    await simulator.close();
    await start({ kind: "fragment" });
    expect(commands(await ask("d", 2))).toEqual(["puback", "publish"]);
  });

  it.each(["reset", "close"] as const)("%s: the connection ends", async (kind) => {
    await start({ kind });
    expect(commands(await ask("d", 1))).toEqual(["closed"]);
  });

  it("garbage: what comes is no MQTT", async () => {
    await start({ kind: "garbage" });
    expect((await ask("d", 1))[0]?.cmd).toBe("unreadable");
  });

  it("other-credentials: they work, for a device that nobody asked for", async () => {
    await start({ kind: "other-credentials" });
    const answer = await provision(simulator.port, 4, request("d", { token: "mine" }));
    const { credentialsValue } = answer as { credentialsValue: string };
    expect(credentialsValue).not.toBe("mine");
    const { code, client } = await login(simulator.port, 4, { username: credentialsValue });
    client.end();
    expect(code).toBe(0);
  });

  it("same-credentials: two devices get the same", async () => {
    await start({ kind: "same-credentials" });
    const first = await provision(simulator.port, 4, request("a"));
    expect(await provision(simulator.port, 4, request("b"))).toEqual(first);
    expect(simulator.stats().created).toEqual(["a", "b"]);
  });

  it("strikes the devices named, and no other", async () => {
    await start({ kind: "queue-full", devices: ["b"] });
    expect(await provision(simulator.port, 4, request("a"))).toMatchObject({ status: "SUCCESS" });
    expect(await provision(simulator.port, 4, request("b"))).toBeUndefined();
  });

  it("strikes at its rate, the same ones for the same seed", async () => {
    const run = async (): Promise<readonly string[]> => {
      await start({ kind: "acknowledge-only", rate: 0.3 }, { seed: 7 });
      for (let i = 0; i < 100; i += 1) await silence(`d${i}`);
      const { ghosts } = simulator.stats();
      await simulator.close();
      return ghosts;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(45);
    expect(await run()).toEqual(first);
  });
});

describe("faults at accept", () => {
  it("half-open: connected, and silent", async () => {
    await start({ kind: "half-open" });
    const client = openClient(simulator.port, 4);
    client.send(connectPacket(4, { username: "provision" }));
    await new Promise((resolve) => {
      client.socket.once("ready", resolve);
    });
    // A second connection's fate shows that the first had its turn.
    const other = openClient(simulator.port, 4);
    await new Promise((resolve) => {
      other.socket.once("ready", resolve);
    });
    expect(simulator.stats().open).toBeGreaterThanOrEqual(1);
    expect(client.waiting()).toEqual([]);
    client.end();
    other.end();
  });

  it("slow-accept: CONNACK comes late", async () => {
    await start({ kind: "slow-accept", ms: 30 });
    const started = performance.now();
    const client = await openProvision(simulator.port, 4);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    client.end();
  });

  it.each(["close", "reset"] as const)("%s before CONNACK", async (kind) => {
    await start({ kind, at: "accept" });
    const client = openClient(simulator.port, 4);
    client.send(connectPacket(4, { username: "provision" }));
    expect(commands(await client.rest())).toEqual(["closed"]);
  });
});

describe("faults at login", () => {
  const devices = [
    { profile: DEFAULT_PROFILE.name, name: "good", credentials: { type: "ACCESS_TOKEN", token: "good" } },
  ] as const;

  it("admits-anyone", async () => {
    await start({ kind: "admits-anyone" }, { devices });
    const { code, client } = await login(simulator.port, 4, { username: "bad" });
    client.end();
    expect(code).toBe(0);
  });

  it("refuses-good", async () => {
    await start({ kind: "refuses-good", devices: ["good"] }, { devices });
    const { code, client } = await login(simulator.port, 4, { username: "good" });
    client.end();
    expect(code).toBe(5);
  });

  it("queue-full: the server is unavailable", async () => {
    await start({ kind: "queue-full", at: "login" }, { devices });
    expect((await login(simulator.port, 4, { username: "good" })).code).toBe(3);
    const { code, client } = await login(simulator.port, 5, { username: "good" });
    expect(code).toBe(0x88);
    expect(await client.rest()).toMatchObject([{ cmd: "disconnect", reasonCode: 0x89 }, { cmd: "closed" }]);
  });
});

describe("what is no fault", () => {
  it("a client that leaves early makes a ghost", async () => {
    simulator = await startSimulator({ service: { provision: { kind: "fixed", ms: 40 } } });
    const client = await openProvision(simulator.port, 4);
    client.send(publishPacket("/provision/request", JSON.stringify(request("d"))));
    while (simulator.stats().requests === 0) await new Promise(setImmediate);
    client.end();
    while (simulator.stats().created.length === 0) await new Promise(setImmediate);
    while (simulator.stats().ghosts.length === 0) await new Promise(setImmediate);
    expect(simulator.stats()).toMatchObject({ created: ["d"], ghosts: ["d"], succeeded: 0 });
  });
});
