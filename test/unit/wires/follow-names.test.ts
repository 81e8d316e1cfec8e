import { expect, it } from "vitest";
import type { HostPlan } from "../../../src/model/plan.ts";
import { followNames } from "../../../src/wires/socket/follow-names.ts";
import type { NameServer } from "../../../src/wires/socket/name-server.ts";

const place = (address: string): HostPlan => ({ host: "tb", address, port: 1883, weight: 1 });

/** Answers when it is told to. */
function nameServer() {
  let settle: { readonly resolve: (list: readonly string[]) => void; readonly reject: () => void } | undefined;
  const state = { asked: 0, ttl: 30 };
  const server: NameServer = {
    addresses: () => {
      state.asked += 1;
      return new Promise((resolve, reject) => {
        settle = {
          resolve: (list) => resolve(list.map((address) => ({ address, ttl: state.ttl }))),
          reject: () => reject(new Error("SERVFAIL")),
        };
      });
    },
    services: () => Promise.resolve([]),
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    server,
    state,
    answer: (...list: readonly string[]) => (settle?.resolve(list), turn()),
    fail: () => (settle?.reject(), turn()),
  };
}

it("asks again when the time to live has passed, and keeps nobody waiting for the answer", async () => {
  const dns = nameServer();
  let now = 0;
  const places = followNames([place("10.0.0.1")], dns.server, () => now);
  expect(places()).toEqual([place("10.0.0.1")]);
  expect(dns.state.asked).toBe(1);
  expect(places()).toEqual([place("10.0.0.1")]);
  expect(dns.state.asked).toBe(1);
  await dns.answer("10.0.0.3", "10.0.0.2");
  expect(places().map(({ address }) => address)).toEqual(["10.0.0.2", "10.0.0.3"]);
  now = 29_999;
  places();
  expect(dns.state.asked).toBe(1);
  now = 30_000;
  expect(places().map(({ address }) => address)).toEqual(["10.0.0.2", "10.0.0.3"]);
  expect(dns.state.asked).toBe(2);
  await dns.answer("10.0.0.4");
  expect(places()).toEqual([place("10.0.0.4")]);
});

it("keeps what it knew where the name server fails, and asks again in five seconds", async () => {
  const dns = nameServer();
  let now = 0;
  const places = followNames([place("10.0.0.1")], dns.server, () => now);
  places();
  await dns.fail();
  expect(places()).toEqual([place("10.0.0.1")]);
  now = 4_999;
  places();
  expect(dns.state.asked).toBe(1);
  now = 5_000;
  places();
  expect(dns.state.asked).toBe(2);
});

it("asks no more than once a second for an answer that may not be kept at all", async () => {
  const dns = nameServer();
  dns.state.ttl = 0;
  let now = 0;
  const places = followNames([place("10.0.0.1")], dns.server, () => now);
  places();
  await dns.answer("10.0.0.1");
  now = 999;
  places();
  expect(dns.state.asked).toBe(1);
  now = 1_000;
  places();
  expect(dns.state.asked).toBe(2);
});

it("leaves addresses alone that no name led to", () => {
  const dns = nameServer();
  const list = [{ host: "10.0.0.1", port: 1883, weight: 1 }];
  expect(followNames(list, dns.server, () => 0)()).toEqual(list);
  expect(dns.state.asked).toBe(0);
});
