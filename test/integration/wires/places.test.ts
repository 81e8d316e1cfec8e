import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostPlan, Plan, Target } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createRoutes } from "../../../src/runs/wiring/routes.ts";
import { DEFAULT_PROFILE } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { findPlaces } from "../../../src/wires/socket/find-places.ts";
import { temporaryFolder } from "../../e2e/rollcall.ts";
import { startDnsServer } from "../../support/dns-server.ts";
import { phaseOf, planOf } from "../../unit/runs/plan.ts";

const NODES = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];

/** One store behind three addresses. */
let simulator: Simulator;
let secure: Simulator;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ca: string;

beforeAll(async () => {
  const identity = await createServerIdentity();
  folder = await temporaryFolder();
  ca = join(folder.path, "ca.pem");
  await writeFile(ca, identity.cert);
  simulator = await startSimulator({ host: NODES, http: {}, coap: {} });
  secure = await startSimulator({ host: NODES, tls: identity, http: { tls: identity } });
});
afterAll(async () => {
  await Promise.all([simulator.close(), secure.close()]);
  await folder[Symbol.asyncDispose]();
});

/** One of its nodes never learns what another has issued. */
async function clusterWithDeaf(host: string) {
  const cluster = { faults: [{ kind: "lag", of: { host }, ms: Infinity }] } as const;
  const simulator = await startSimulator({ host: NODES, http: {}, coap: {}, cluster });
  return { simulator, [Symbol.asyncDispose]: () => simulator.close() };
}

const stop = new AbortController().signal;
const LONG = us(5_000_000);

function planAt(target: Partial<Target>): Plan {
  const plan = planOf([phaseOf({ kind: "burst" }, 1)]);
  const { key, secret } = DEFAULT_PROFILE;
  return {
    ...plan,
    target: { ...plan.target, ...target },
    timeouts: { connect: LONG, accept: LONG, answer: LONG, login: LONG },
    provisioning: {
      strategy: "allow-create",
      profile: undefined,
      key,
      secret: new Secret(secret),
      secretSource: "literal",
    },
  };
}

/** Provisions so many devices as a generator would, and logs each in where it was issued: where it went, and where it came to. */
async function sendDevices(plan: Plan, from: number, count: number): Promise<readonly string[]> {
  const routes = await createRoutes(plan);
  if (routes === undefined) throw new Error("the plan has one place");
  const went: string[] = [];
  try {
    for (let index = from; index < from + count; index += 1) {
      const route = routes.take(seq(index), 0);
      const device = {
        seq: seq(index),
        name: `${plan.target.transport}-${plan.target.tls === undefined ? "plain" : "tls"}-${index}`,
        credentials: undefined,
        gateway: false,
        misbehaviour: undefined,
      };
      let peer: string | undefined;
      const reply = await route.provisioner.provision(device, (_, reached) => (peer ??= reached), stop);
      routes.free(route);
      if (reply.status !== "SUCCESS") throw new Error(reply.message);
      const verdicts: string[] = [];
      for (const { login } of routes.logins(seq(index), route.name)) {
        const admission = await login?.login(reply.credentials, () => undefined, stop);
        verdicts.push(admission?.verdict.state ?? "not called");
      }
      went.push(`${route.name} ${peer ?? "nowhere"} ${verdicts.join(" ")}`);
    }
  } finally {
    await routes.close();
  }
  return went;
}

const portOf = (of: Simulator, transport: Target["transport"], tls: boolean): number =>
  (transport === "mqtt" ? (tls ? of.tlsPort : of.port) : transport === "http" ? of.httpPort : of.coapPort) ?? 0;

describe.each([
  ["mqtt", false, "lean"],
  ["mqtt", false, "mqtt"],
  ["mqtt", true, "lean"],
  ["mqtt", true, "mqtt"],
  ["http", false, undefined],
  ["http", true, undefined],
  ["coap", false, undefined],
] as const)("over %s, TLS %s, client %s", (transport, tls, client) => {
  it("sends each device to its own address and logs it in there; a certificate must have the name", async () => {
    const port = portOf(tls ? secure : simulator, transport, tls);
    // The certificate says localhost, and not 127.0.0.2.
    const hosts: readonly HostPlan[] = ["127.0.0.2", "127.0.0.3"].map((address) => ({
      host: "localhost",
      address,
      port,
      weight: 1,
    }));
    const trust = tls ? { caFile: ca, serverName: undefined, insecure: false } : undefined;
    const own = client === undefined ? {} : { client };
    const first = client === "mqtt" ? 100 : 0;
    const plan = planAt({ transport, host: "localhost", port, hosts, tls: trust, ...own });
    const went = await sendDevices(plan, first, 4);
    expect(went.toSorted()).toEqual([2, 2, 3, 3].map((node) => `127.0.0.${node}:${port} 127.0.0.${node} connected`));
  });
});

describe.each([
  ["mqtt", "lean"],
  ["mqtt", "mqtt"],
  ["http", undefined],
  ["coap", undefined],
] as const)(
  "a cluster with a node that never learns of others' credentials, over %s, client %s",
  (transport, client) => {
    it("refuses them there and nowhere else, whether each is tried or the other", async () => {
      await using cluster = await clusterWithDeaf("127.0.0.3");
      const port = portOf(cluster.simulator, transport, false);
      const hosts = [2, 3].map((node) => ({ host: `127.0.0.${node}`, port, weight: 1 }));
      const plan = planAt({ transport, host: "127.0.0.2", port, hosts, ...(client === undefined ? {} : { client }) });
      const send = (at: "each" | "other", from: number) =>
        sendDevices({ ...plan, rollCall: { ...plan.rollCall, at } }, from, 2);
      const each = (await send("each", 0)).map((line) => line.split(" "));
      const verdictsBy = new Map(each.map(([name = "", _peer, ...verdicts]) => [name, verdicts.toSorted()]));
      expect(verdictsBy.get(`127.0.0.2:${port}`)).toEqual(["connected", "refused"]);
      expect(verdictsBy.get(`127.0.0.3:${port}`)).toEqual(["connected", "connected"]);
      expect((await send("other", 10)).toSorted()).toEqual([
        `127.0.0.2:${port} 127.0.0.2 refused`,
        `127.0.0.3:${port} 127.0.0.3 connected`,
      ]);
    });
  },
);

it("sends a device to the same address whoever asks", async () => {
  const { port } = simulator;
  const hosts = [2, 3, 4].map((node) => ({ host: `127.0.0.${node}`, port, weight: node }));
  const plan = planAt({ host: "127.0.0.2", port, hosts, spread: "random" });
  const [one, other] = [await createRoutes(plan), await createRoutes(plan)];
  const list = Array.from({ length: 200 }, (_, index) => one?.take(seq(index), 0).name);
  const backwards = Array.from({ length: 200 }, (_, index) => other?.take(seq(199 - index), 0).name).toReversed();
  expect(backwards).toEqual(list);
  expect(new Set(list).size).toBe(3);
  await Promise.all([one?.close(), other?.close()]);
});

it("sends the next device where the fewest are in flight", async () => {
  const hosts = [2, 3].map((node) => ({ host: `127.0.0.${node}`, port: 1883, weight: 1 }));
  const routes = await createRoutes(planAt({ host: "127.0.0.2", hosts, spread: "least-in-flight" }));
  if (routes === undefined) throw new Error("the plan has one place");
  const first = routes.take(seq(0), 0);
  const second = routes.take(seq(1), 0);
  expect(new Set([first.name, second.name]).size).toBe(2);
  routes.free(second);
  expect(routes.take(seq(2), 0).name).toBe(second.name);
  routes.free(first);
  expect(routes.take(seq(3), 0).name).toBe(first.name);
  await routes.close();
});

describe("a name server that rotates", () => {
  it("gives one list of places, whichever answer comes first, for addresses and for services", async () => {
    const services = [1, 2].map((node) => ({ priority: 1, weight: node, port: 1880 + node, name: `n${node}.test` }));
    await using dns = await startDnsServer({
      "tb.test": [{ addresses: ["127.0.0.2", "127.0.0.3"] }, { addresses: ["127.0.0.3", "127.0.0.2"] }],
      "_mqtt._tcp.test": [{ services }],
      "n1.test": [{ addresses: ["127.0.0.4"] }],
      "n2.test": [{ addresses: ["127.0.0.5"] }],
    });
    const asked = { servers: [dns.address], follow: false };
    const { target } = planAt({ host: "tb.test", dns: asked });
    const found = await findPlaces(target);
    expect(found.hosts?.map(({ address }) => address)).toEqual(["127.0.0.2", "127.0.0.3"]);
    expect(await findPlaces(target)).toEqual(found);
    const served = await findPlaces({ ...target, srv: "_mqtt._tcp.test" });
    expect(served.hosts).toEqual([
      { host: "n1.test", address: "127.0.0.4", port: 1881, weight: 1 },
      { host: "n2.test", address: "127.0.0.5", port: 1882, weight: 2 },
    ]);
    expect(dns.asked).toContain("_mqtt._tcp.test SRV");
  });

  it("moves the devices when the time to live has passed", async () => {
    await using dns = await startDnsServer({ "tb.test": [{ ttl: 0, addresses: ["127.0.0.2"] }] });
    const { port } = simulator;
    const target = await findPlaces(
      planAt({ host: "tb.test", port, dns: { servers: [dns.address], follow: true } }).target,
    );
    const routes = await createRoutes(planAt(target));
    if (routes === undefined) throw new Error("nothing is followed");
    const name = (): string | undefined => routes.take(seq(0), 0).name;
    expect(name()).toBe(`127.0.0.2:${port}`);
    dns.zone = { "tb.test": [{ ttl: 0, addresses: ["127.0.0.3"] }] };
    // An answer of no time is asked for again after a second at the earliest; the test waits for it, however long it takes.
    await expect.poll(name, { timeout: 30_000 }).toBe(`127.0.0.3:${port}`);
    // What was issued at the first is still tried there.
    expect(routes.logins(seq(0), `127.0.0.2:${port}`)[0]?.name).toBe(`127.0.0.2:${port}`);
    await routes.close();
  });
});
