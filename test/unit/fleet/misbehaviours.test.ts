import { expect, it } from "vitest";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { createMisbehaviours } from "../../../src/fleet/misbehaviours.ts";
import type { Misbehaviour } from "../../../src/model/device.ts";
import { seq } from "../../../src/model/units.ts";

const kindsOf = (shares: Parameters<typeof createMisbehaviours>[0], seed = 1, devices = 10_000) => {
  const of = createMisbehaviours(shares, seed);
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

it("leaves the first device good, whom the others repeat", () => {
  const plan = (kind: Misbehaviour) =>
    ({
      prefix: "p",
      fleet: {
        count: 5,
        seed: 1,
        names: { from: "pattern", pattern: "{prefix}-{seq}" },
        mix: [{ type: "mqtt-basic", fields: ["username"], weight: 1 }],
        gateway: false,
        misbehaviours: [{ kind, share: 1 }],
      },
    }) as const;
  const named = createFleet(plan("repeated-name"));
  const first = named.device(seq(0));
  expect(first.misbehaviour).toBeUndefined();
  expect(named.device(seq(3))).toMatchObject({ name: "p-0", misbehaviour: "repeated-name" });
  expect(named.device(seq(3)).credentials).not.toEqual(first.credentials);
  const known = createFleet(plan("repeated-credentials")).device(seq(3));
  expect(known).toMatchObject({ name: "p-3", credentials: first.credentials });
});
