import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createVirtualTimers, type VirtualTimers } from "../../unit/simulator/virtual-timers.ts";

/** Two transports and two cores, over one store; time passes when told to. */
let simulator: Simulator;
let timers: VirtualTimers;
let url: (host: string) => string;

beforeEach(async () => {
  timers = createVirtualTimers();
  simulator = await startSimulator({
    host: ["127.0.0.2", "127.0.0.3"],
    http: {},
    timers,
    cluster: {
      cores: 2,
      rebalanceMs: 3_000,
      faults: [{ kind: "down", of: { host: "127.0.0.3" }, from: 30_000, for: 20_000 }],
    },
  });
  url = (host) => `http://${host}:${simulator.httpPort}/api/v1`;
});

afterEach(() => simulator.close());

const key = { provisionDeviceKey: "simulated-key", provisionDeviceSecret: "simulated-secret" };

function ask(host: string, deviceName: string): Promise<Response> {
  const body = JSON.stringify({ ...key, deviceName, credentialsType: "ACCESS_TOKEN", token: `token-${deviceName}` });
  const headers = { "Content-Type": "application/json", Connection: "close" };
  return fetch(`${url(host)}/provision`, { method: "POST", body, headers });
}

const loginAt = async (host: string, deviceName: string): Promise<number> =>
  (await fetch(`${url(host)}/token-${deviceName}/attributes`, { headers: { Connection: "close" } })).status;

function connects(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(simulator.port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

it("what one transport issued is good at the other, unless that lags", async () => {
  expect((await ask("127.0.0.2", "a")).status).toBe(200);
  expect(await loginAt("127.0.0.3", "a")).toBe(200);
  const lag = { kind: "lag", of: { host: "127.0.0.3" }, ms: 500 } as const;
  simulator.strikeNode(lag, true);
  await ask("127.0.0.2", "b");
  expect([await loginAt("127.0.0.2", "b"), await loginAt("127.0.0.3", "b")]).toEqual([200, 401]);
  timers.advanceTo(timers.now() + 500);
  expect(await loginAt("127.0.0.3", "b")).toBe(200);
});

it("a transport that is cut off from the cores takes requests that no core hears of", async () => {
  simulator.strikeNode({ kind: "cut-off", of: { host: "127.0.0.3" } }, true);
  const unheard = ask("127.0.0.3", "c");
  await expect.poll(() => simulator.stats().requests).toBe(1);
  expect((await ask("127.0.0.2", "d")).status).toBe(200);
  timers.advanceTo(10_000);
  expect((await unheard).status).not.toBe(200);
  expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(["d"]);
});

it("a transport goes so long after the first request, with its connections, and comes back at its ports", async () => {
  timers.advanceTo(100_000);
  expect(await connects("127.0.0.3")).toBe(true);
  const held = connect(simulator.port, "127.0.0.3");
  await new Promise((resolve) => held.once("connect", resolve));
  await ask("127.0.0.2", "e");
  timers.advanceTo(129_999);
  expect(await connects("127.0.0.3")).toBe(true);
  const cut = new Promise((resolve) => held.once("close", resolve));
  timers.advanceTo(130_000);
  await cut;
  expect(await connects("127.0.0.3")).toBe(false);
  expect(await connects("127.0.0.2")).toBe(true);
  timers.advanceTo(150_000);
  await expect.poll(() => connects("127.0.0.3")).toBe(true);
});

it("what a core does not take up waits for the others, and is done late", async () => {
  simulator.strikeNode({ kind: "down", of: { core: 0 } }, true);
  const first = ask("127.0.0.2", "f");
  await expect.poll(() => simulator.underWay()).toBe(1);
  expect((await ask("127.0.0.2", "g")).status).toBe(200);
  expect(simulator.store.size).toBe(1);
  timers.advanceTo(3_000);
  expect((await first).status).toBe(200);
  expect(simulator.underWay()).toBe(0);
});
