import { describe, expect, it } from "vitest";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { createMisbehaviours } from "../../../src/fleet/misbehaviours.ts";
import type { Misbehaviour } from "../../../src/model/device.ts";
import { seq } from "../../../src/model/units.ts";

const kindsOf = (shares: Parameters<typeof createMisbehaviours>[0], seed = 1, devices = 10_000) => {
  const { of } = createMisbehaviours(shares, seed, seq(0));
  return Array.from({ length: devices }, (_, index) => of(seq(index)));
};

it("gives each kind its share, and the rest of the fleet none", () => {
  const kinds = kindsOf([
    { kind: "wrong-key", share: 0.1 },
    { kind: "malformed-json", share: 0.2 },
  ]);
  const count = (kind: string | undefined) => kinds.filter((each) => each === kind).length;
  // Six standard deviations of a binomial distribution.
  expect(Math.abs(count("wrong-key") - 1_000)).toBeLessThan(180);
  expect(Math.abs(count("malformed-json") - 2_000)).toBeLessThan(240);
  expect(count(undefined)).toBe(10_000 - count("wrong-key") - count("malformed-json"));
});

it("follows from the seed", () => {
  const shares = [{ kind: "wrong-key", share: 0.5 }] as const;
  expect(kindsOf(shares)).toEqual(kindsOf(shares));
  expect(kindsOf(shares, 2)).not.toEqual(kindsOf(shares));
});

describe("devices that repeat each other", () => {
  const fleetOf = (kind: Misbehaviour, firstSeq = 0) =>
    createFleet({
      prefix: "p",
      fleet: {
        count: 40,
        firstSeq: seq(firstSeq),
        seed: 1,
        names: { from: "pattern", pattern: "{prefix}-{seq}" },
        mix: [{ type: "mqtt-basic", fields: ["username"], weight: 1 }],
        gateway: false,
        misbehaviours: [{ kind, share: 0.3 }],
      },
    });
  const devicesOf = (kind: Misbehaviour, firstSeq = 0) =>
    Array.from({ length: 40 }, (_, index) => fleetOf(kind, firstSeq).device(seq(firstSeq + index)));

  it("have the name of the first of them, whoever asks first, and credentials of their own", () => {
    const devices = devicesOf("repeated-name");
    const repeating = devices.filter(({ misbehaviour }) => misbehaviour !== undefined);
    expect(repeating.length).toBeGreaterThan(2);
    expect(new Set(repeating.map(({ name }) => name))).toEqual(new Set([`p-${repeating[0]?.seq}`]));
    expect(new Set(repeating.map(({ credentials }) => JSON.stringify(credentials))).size).toBe(repeating.length);
    expect(fleetOf("repeated-name").device(repeating.at(-1)?.seq ?? seq(0))).toEqual(repeating.at(-1));
  });

  it("have the credentials of the first of them, and names of their own", () => {
    const repeating = devicesOf("repeated-credentials").filter(({ misbehaviour }) => misbehaviour !== undefined);
    expect(new Set(repeating.map(({ credentials }) => JSON.stringify(credentials))).size).toBe(1);
    expect(repeating.map(({ name }) => name)).toEqual(repeating.map((device) => `p-${device.seq}`));
  });

  it("have nothing of a good one, nor of the run that theirs resumes", () => {
    const devices = [...devicesOf("repeated-name"), ...devicesOf("repeated-name", 40)];
    const good = devices.filter(({ misbehaviour }) => misbehaviour === undefined).map(({ name }) => name);
    const shared = new Set(devices.filter(({ misbehaviour }) => misbehaviour !== undefined).map(({ name }) => name));
    expect(good.filter((name) => shared.has(name))).toEqual([]);
    expect(shared.size).toBe(2);
  });
});
