import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFleet } from "../../../src/fleet/fleet.ts";
import type { Device } from "../../../src/model/device.ts";
import type { FleetPlan } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";
import { times } from "../../support/times.ts";

const plan = (seed: number, prefix: string, mix: FleetPlan["mix"]) => ({
  prefix,
  fleet: {
    count: 1_000,
    seed,
    names: { from: "pattern", pattern: "{prefix}{seq}" },
    mix,
    gateway: false,
    misbehaviours: [],
  } satisfies FleetPlan,
});

const MIX: FleetPlan["mix"] = [
  { type: "mqtt-basic", weight: 5, fields: ["clientId", "username", "password"] },
  { type: "access-token", weight: 3, made: "given" },
  { type: "access-token", weight: 2, made: "server" },
];

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const prefixes = fc.stringMatching(/^[a-z0-9-]{0,12}$/);

/** Every string by which a server could take two devices for one. */
const identitiesOf = ({ credentials }: Device): string[] => {
  if (credentials?.type === "ACCESS_TOKEN") return [credentials.token.reveal()];
  if (credentials?.type !== "MQTT_BASIC") return [];
  return [credentials.clientId, credentials.username, credentials.password?.reveal()].filter((id) => id !== undefined);
};

describe("a fleet", () => {
  it("is pure in (prefix, seed, seq), in whatever order its devices are asked for", () => {
    fc.assert(
      fc.property(seeds, prefixes, fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 20 }), (seed, prefix, seqs) => {
        const one = createFleet(plan(seed, prefix, MIX));
        const other = createFleet(plan(seed, prefix, MIX));
        const reversed = seqs.toReversed().map((index) => other.device(seq(index)));
        expect(seqs.map((index) => one.device(seq(index)))).toEqual(reversed.toReversed());
      }),
    );
  });

  it("never gives two devices the same identity, nor the word that starts a provision session", () => {
    fc.assert(
      fc.property(seeds, prefixes, (seed, prefix) => {
        const fleet = createFleet(plan(seed, prefix, MIX));
        const identities = Array.from({ length: 300 }, (_, index) => identitiesOf(fleet.device(seq(index)))).flat();
        expect(new Set(identities).size).toBe(identities.length);
        expect(identities).not.toContain("provision");
      }),
      { numRuns: times(30) },
    );
  });

  it("shares no identity with a run of another prefix or seed, but keeps the kind of each device for the same seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const devices = (of: number, prefix: string) =>
          Array.from({ length: 200 }, (_, index) => createFleet(plan(of, prefix, MIX)).device(seq(index)));
        const base = devices(seed, "a-");
        const known = new Set(base.flatMap(identitiesOf));
        const fresh = devices(seed, "b-");
        const reseeded = devices(seed === 0 ? 1 : seed - 1, "a-");
        expect([...fresh, ...reseeded].flatMap(identitiesOf).filter((id) => known.has(id))).toEqual([]);
        expect(fresh.map((device) => device.credentials?.type)).toEqual(base.map((device) => device.credentials?.type));
      }),
      { numRuns: times(20) },
    );
  });

  it("mixes kinds by weight", () => {
    const fleet = createFleet(plan(11, "x-", MIX));
    const counts = { basic: 0, given: 0, server: 0 };
    for (let index = 0; index < 20_000; index += 1) {
      const type = fleet.device(seq(index)).credentials?.type;
      if (type === "MQTT_BASIC") counts.basic += 1;
      else if (type === "ACCESS_TOKEN") counts.given += 1;
      else counts.server += 1;
    }
    // Four standard deviations of a binomial share of 20,000 are at most 0.0142.
    expect(Math.abs(counts.basic / 20_000 - 0.5)).toBeLessThan(0.0142);
    expect(Math.abs(counts.given / 20_000 - 0.3)).toBeLessThan(0.0142);
    expect(Math.abs(counts.server / 20_000 - 0.2)).toBeLessThan(0.0142);
  });
});
