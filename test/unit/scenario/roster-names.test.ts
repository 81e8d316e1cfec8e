import { describe, expect, it } from "vitest";
import { createGroupOf } from "../../../src/model/group-of.ts";
import { seq } from "../../../src/model/units.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

/** 15 meters and 5 gateways, as the earlier run `kinds` had them. */
const KINDS = [
  "fleet={count: 20, groups: [{name: gateways, count: 5}, {name: meters, count: 15}], names: {roster: kinds}}",
  "load={burst: true}",
];
const OWN = ["fleet.groups.gateways.provisioning.key=g"];

describe("names of an earlier run, in groups", () => {
  it.each([1, 2, 77])("come to devices of the group that they were of, with the seed %i", (seed) => {
    const { fleet } = load(MINIMAL, [...KINDS, `fleet.seed=${seed}`]).plan;
    const groupOf = createGroupOf(fleet);
    const names = fleet.names.from === "list" ? fleet.names.names : [];
    expect(new Set(names).size).toBe(20);
    for (const [index, name] of names.entries()) {
      expect(name.split("/")[0]).toBe(fleet.groups?.[groupOf(seq(index)) ?? 0]?.name);
    }
  });

  it("may be fewer than there are, the first of each group", () => {
    const fewer = [...KINDS, "fleet.count=5", "fleet.groups.gateways.count=2", "fleet.groups.meters.count=3"];
    const { names } = load(MINIMAL, fewer).plan.fleet;
    expect(names.from === "list" ? [...names.names].toSorted() : []).toEqual([
      "gateways/0",
      "gateways/4",
      "meters/1",
      "meters/2",
      "meters/3",
    ]);
  });

  it("must be enough in each group", () => {
    const other = [...KINDS, "fleet.groups.gateways.count=8", "fleet.groups.meters.count=12"];
    expect(mistakes(MINIMAL, other)).toEqual([
      "--set fleet.names.roster is kinds: that run provisioned 5 devices of gateways, and 8 are asked for: give each group a count that it has",
    ]);
    const unknown = [
      "fleet={count: 9, groups: [{name: metres, count: 8}, {name: gateways, count: 1}], names: {roster: kinds}}",
      "load={burst: true}",
    ];
    expect(mistakes(MINIMAL, unknown).join()).toContain("0 devices of metres, and 8 are asked for");
  });

  it("of a run without groups are taken in order where all groups are of one profile, and else not at all", () => {
    const plain = [
      "fleet={count: 2, groups: [{name: gateways}, {name: meters}], names: {roster: abc123}}",
      "load={burst: true}",
    ];
    expect(load(MINIMAL, plain).plan.fleet.names).toEqual({ from: "list", names: ["a", "b"] });
    expect(mistakes(MINIMAL, [...plain, ...OWN])).toEqual([
      "--set fleet.names.roster is abc123: that run had no groups, and nobody knows which of these each device is of: leave fleet.groups out",
    ]);
  });

  it("are still told to be missing where that run cannot be read", () => {
    const none = KINDS.map((each) => each.replace("roster: kinds", "roster: nobody"));
    expect(mistakes(MINIMAL, none)).toEqual([
      expect.stringContaining("fleet.names.roster is nobody: it cannot be read"),
    ]);
  });
});
