import { describe, expect, it } from "vitest";
import { demandOf, generatorsOf } from "../../../src/runs/preflight/demand.ts";
import { us } from "../../../src/model/units.ts";
import { phaseOf, planOf } from "./plan.ts";

describe("demand of a plan", () => {
  it("takes the concurrency of a closed load", () => {
    const demand = demandOf(planOf([phaseOf({ kind: "closed", concurrency: 5_000 }, 20_000)]), 1);
    expect(demand).toMatchObject({ connections: 5_000, connectionsAtCap: 5_000, connectionsInAll: 40_000 });
  });

  it("takes a burst whole, up to the cap", () => {
    const demand = demandOf(planOf([phaseOf({ kind: "burst" }, 3_000)], { maxInFlight: 2_000 }), 1);
    expect(demand.connections).toBe(2_000);
  });

  it("does not know what an open load needs, but its cap", () => {
    const demand = demandOf(planOf([phaseOf({ kind: "constant", rate: 100 }, 50_000)]), 1);
    expect(demand).toMatchObject({ connections: 50, connectionsAtCap: 10_000 });
  });

  it("counts every session that is held", () => {
    const plan = planOf([phaseOf({ kind: "closed", concurrency: 10 }, 10_000)]);
    const held = { ...plan, rollCall: { ...plan.rollCall, hold: us(1_000_000) } };
    expect(demandOf(held, 1).connections).toBe(10_000);
    expect(demandOf({ ...held, rollCall: { ...held.rollCall, when: "off" } }, 1).connections).toBe(10);
  });
});

describe("number of generators", () => {
  const closed = planOf([phaseOf({ kind: "closed", concurrency: 3 }, 100)]);
  const open = planOf([phaseOf({ kind: "constant", rate: 10 }, 100)]);

  it("is one core less than there are, at least one", () => {
    expect([1, 2, 8].map((cores) => generatorsOf(open, cores))).toEqual([1, 1, 7]);
  });

  it("is as asked", () => {
    expect(generatorsOf({ ...open, generators: 4 }, 2)).toBe(4);
  });

  it("is never more than what is shared out among them", () => {
    expect(generatorsOf({ ...closed, generators: 8 }, 2)).toBe(3);
    expect(generatorsOf({ ...open, generators: 8, maxInFlight: 2 }, 2)).toBe(2);
    expect(generatorsOf(planOf([phaseOf({ kind: "burst" }, 5)], { generators: 8 }), 2)).toBe(5);
  });
});
