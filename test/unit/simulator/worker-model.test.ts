import { describe, expect, it } from "vitest";
import { load } from "./load.ts";

/** Against the tables of a real server on a 2-core machine: shapes and ratios, not digits. */
describe("thingsboard-2core, 16 workers (4.2.1)", () => {
  const version = "4.2.1";

  it("answers an idle client in steps of 25 ms", () => {
    const { roundTrips, quantile } = load({ version, inFlight: 1, requests: 200 });
    // The first request finds both consumers in the midst of their sleep; the others follow an answer, which came at the end
    // of one. Each is within the sleepers' oversleeping, summed up over the steps, of a multiple of 25.
    const off = roundTrips.slice(1).map((ms) => Math.min(ms % 25, 25 - (ms % 25)));
    expect(off.filter((ms) => ms > 4)).toEqual([]);
    expect(quantile(0.5)).toBeGreaterThan(20);
    expect(quantile(0.5)).toBeLessThan(60);
  });

  it("saturates near 190 a second: more in flight buys latency", () => {
    const at50 = load({ version, inFlight: 50, requests: 3_000 });
    const at200 = load({ version, inFlight: 200, requests: 3_000 });
    const at1000 = load({ version, inFlight: 1_000, requests: 5_000 });
    for (const { rate } of [at50, at200, at1000]) {
      expect(rate).toBeGreaterThan(175);
      expect(rate).toBeLessThan(205);
    }
    // Measured: 279, 984 and 6,214 ms.
    expect(at50.quantile(0.5)).toBeGreaterThan(220);
    expect(at50.quantile(0.5)).toBeLessThan(310);
    expect(at200.quantile(0.5)).toBeGreaterThan(900);
    expect(at200.quantile(0.5)).toBeLessThan(1_200);
    expect(at1000.quantile(0.5)).toBeGreaterThan(4_500);
    expect(at1000.unanswered).toBe(0);
  });

  it("has no steps and little queueing at half its capacity", () => {
    const { roundTrips, quantile } = load({ version, rate: 100, requests: 3_000 });
    // Measured: 14 / 65 / 94 / 205.
    expect(quantile(0.5)).toBeGreaterThan(45);
    expect(quantile(0.5)).toBeLessThan(75);
    expect(quantile(0.99)).toBeLessThan(210);
    const offsets = new Set(roundTrips.map((ms) => Math.floor(ms % 25)));
    expect(offsets.size).toBe(25);
  });

  it("closes after 10 to 20 s and makes ghosts when 3,000 wait", () => {
    const overload = load({ version, inFlight: 3_000, requests: 6_000 });
    const { answered, unanswered, lost, disturbed, givenUpAfter, quantile } = overload;
    // Measured: 3,243 answered, 2,731 closed, of which 695 had a device; round trips up to 11 s.
    expect(answered + unanswered).toBe(6_000);
    expect(answered).toBeGreaterThan(2_800);
    expect(answered).toBeLessThan(4_300);
    expect(lost).toBeGreaterThan(300);
    expect(lost).toBeLessThan(1_300);
    // Measured: 26 were answered FAILURE to a fresh name.
    expect(disturbed).toBeGreaterThan(3);
    expect(disturbed).toBeLessThan(60);
    expect(quantile(1)).toBeLessThan(11_000);
    expect(givenUpAfter[0]).toBeGreaterThanOrEqual(10_000);
    expect(givenUpAfter.at(-1)).toBeLessThanOrEqual(20_000);
  });

  it("logs in at several hundred a second", () => {
    const { rate, quantile } = load({ version, kind: "login", inFlight: 50, requests: 3_000 });
    expect(rate).toBeGreaterThan(700);
    expect(rate).toBeLessThan(1_000);
    expect(quantile(0.5)).toBeLessThan(60);
  });
});

describe("thingsboard-2core, serial (3.6.4)", () => {
  const version = "3.6.4";

  it("does some 36 a second, whatever is in flight", () => {
    const at10 = load({ version, inFlight: 10, requests: 600 });
    const at50 = load({ version, inFlight: 50, requests: 1_000 });
    for (const { rate } of [at10, at50]) {
      expect(rate).toBeGreaterThan(32);
      expect(rate).toBeLessThan(42);
    }
    // Measured: 276 and 1,359 ms.
    expect(at10.quantile(0.5)).toBeGreaterThan(220);
    expect(at10.quantile(0.5)).toBeLessThan(320);
    expect(at50.quantile(0.5)).toBeGreaterThan(1_150);
    expect(at50.quantile(0.5)).toBeLessThan(1_500);
  });

  it("drops what waited longer than 10 s: no ghosts, for they never reached the worker", () => {
    const { answered, unanswered, lost } = load({ version, inFlight: 1_000, requests: 1_500 });
    // Measured: 862 answered, 638 closed; 65 a second then.
    expect(answered).toBeGreaterThan(700);
    expect(answered).toBeLessThan(1_000);
    expect(unanswered).toBe(1_500 - answered);
    expect(lost).toBeLessThan(20);
    // The consumer's own thread is never interrupted.
    expect(load({ version, inFlight: 1_000, requests: 1_500 }).disturbed).toBe(0);
  });

  it("makes logins wait behind provisioning, which 16 workers do not", () => {
    const first = (of: string, behind: number) =>
      load({ version: of, kind: "login", inFlight: 1, requests: 1, behind }).quantile(0);
    expect(first(version, 0)).toBeLessThan(60);
    // 100 at 36 a second, and 100 at 190.
    expect(first(version, 100)).toBeGreaterThan(2_000);
    expect(first("4.2.1", 100)).toBeLessThan(800);
  });
});

describe("queue and workers", () => {
  const plain = { pollMs: 0, attributeFlushMs: 0, cores: undefined, provision: { kind: "fixed", ms: 100 } } as const;

  it("has as many at work as there are workers", () => {
    const at16 = load({ version: "4.2.1", service: plain, inFlight: 100, requests: 1_600 });
    expect(at16.rate).toBeGreaterThan(155);
    expect(at16.rate).toBeLessThanOrEqual(161);
    const at4 = load({ version: "4.2.1", service: { ...plain, workers: 4 }, inFlight: 100, requests: 400 });
    expect(at4.rate).toBeGreaterThan(38);
    expect(at4.rate).toBeLessThanOrEqual(41);
  });

  it("creates one at a time per tenant from 4.3 on", () => {
    const { rate } = load({ version: "4.3.1", service: plain, inFlight: 50, requests: 200 });
    expect(rate).toBeGreaterThan(9.5);
    expect(rate).toBeLessThanOrEqual(10.1);
    const logins = { ...plain, login: plain.provision };
    expect(
      load({ version: "4.3.1", kind: "login", service: logins, inFlight: 50, requests: 800 }).rate,
    ).toBeGreaterThan(150);
  });

  it("refuses at once what is more than may be pending", () => {
    const service = { ...plain, maxPending: 30, workers: 1 };
    const { answered, givenUpAfter } = load({ version: "4.2.1", service, rate: 100_000, requests: 50 });
    expect(answered).toBe(30);
    expect(givenUpAfter).toHaveLength(20);
    expect(givenUpAfter.at(-1)).toBe(0);
  });

  it("gives back the service time that was put in", () => {
    const service = { ...plain, workers: 10_000, provision: { kind: "lognormal", medianMs: 80, sigma: 0.5 } } as const;
    const { quantile } = load({ version: "4.2.1", service, rate: 50, requests: 20_000 });
    expect(quantile(0.5)).toBeGreaterThan(78);
    expect(quantile(0.5)).toBeLessThan(82);
    // exp(0.5 * 2.326) times the median.
    expect(quantile(0.99)).toBeGreaterThan(240);
    expect(quantile(0.99)).toBeLessThan(272);
  });

  it("is the same for the same seed", () => {
    const run = (seed: number) => load({ version: "4.2.1", inFlight: 20, requests: 300, seed }).roundTrips;
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });
});
