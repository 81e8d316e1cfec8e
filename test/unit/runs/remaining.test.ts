import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type Remaining, remainingOf } from "../../../src/runs/resume/remaining.ts";
import { createGroupOf } from "../../../src/model/group-of.ts";
import { createNames } from "../../../src/fleet/names.ts";
import type { FleetPlan, Phase, Plan, KeyedProvisioning } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";
import { outcomeLine, type Result } from "../../support/journal-text.ts";
import { MINIMAL, load } from "../../support/scenario-text.ts";
import { header } from "../record/samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder: string;
beforeAll(async () => {
  folder = testFolder();
});

const phase = (firstSeq: number, devices: number): Phase => ({
  name: "load",
  warmup: false,
  firstSeq: seq(firstSeq),
  devices,
  shape: { kind: "burst" },
});

const claimed = (through: number): string => JSON.stringify({ kind: "claimed", through });
const told: Result = { state: "provisioned", credentialsType: "ACCESS_TOKEN" };

async function remaining(
  of: {
    readonly phases: readonly Phase[];
    readonly names?: FleetPlan["names"];
    readonly strategy?: KeyedProvisioning["strategy"];
    readonly groups?: FleetPlan["groups"];
  },
  ...journals: readonly (readonly string[])[]
): Promise<Remaining> {
  const files = await Promise.all(
    journals.map(async (lines, generator) => {
      const path = join(folder, `journal-${generator}.ndjson`);
      const head = JSON.stringify(header(generator, journals.length));
      await writeFile(path, [head, ...lines, '{"kind":"outco'].join("\n"));
      return { generator, path };
    }),
  );
  const { plan } = load(MINIMAL);
  const { names = plan.fleet.names, strategy = "allow-create" } = of;
  const { provisioning } = plan;
  if (provisioning.chain !== undefined) throw new Error("the sample has no chain");
  const own: Plan = {
    ...plan,
    prefix: "m",
    generators: journals.length,
    phases: of.phases,
    fleet: { ...plan.fleet, names, ...(of.groups === undefined ? {} : { groups: of.groups }) },
    provisioning: { ...provisioning, strategy },
  };
  return remainingOf(own, { journals: files, rosters: [], members: undefined });
}

const results = (phaseIndex: number): readonly string[] => [
  outcomeLine(3, told, phaseIndex),
  outcomeLine(4, { state: "failed", kind: "answer-timeout", detail: "", unknown: true }, phaseIndex),
  outcomeLine(5, { state: "rejected", status: "FAILURE", message: "" }, phaseIndex),
  outcomeLine(6, { state: "dropped", reason: "in-flight-cap" }, phaseIndex),
  outcomeLine(7, { state: "dropped", reason: "interrupted" }, phaseIndex),
  outcomeLine(8, { state: "aborted", unknown: false }, phaseIndex),
  outcomeLine(9, { state: "aborted", unknown: true }, phaseIndex),
];

it("leaves out what has a result, and counts on past the seqs that were used", async () => {
  const { phases, doubtful } = await remaining({ phases: [phase(0, 3), phase(3, 10)] }, [claimed(255), ...results(1)]);
  expect(phases).toEqual([phase(13, 3), phase(16, 6)]);
  expect(doubtful).toEqual([]);
  const all = await remaining({ phases: [phase(0, 0), phase(3, 4)] }, [claimed(255), ...results(1).slice(0, 4)]);
  expect(all.phases).toEqual([]);
});

it("asks again under given names only for devices that cannot exist", async () => {
  const names = { from: "list", names: Array.from({ length: 13 }, (_, index) => `meter-${index}`) } as const;
  const found = await remaining({ phases: [phase(0, 3), phase(3, 10)], names }, [claimed(10), ...results(1)]);
  expect(found.doubtful).toEqual(["meter-0", "meter-1", "meter-2", "meter-9", "meter-10"]);
  expect(found.phases).toEqual([phase(13, 4)]);
  const nameOf = createNames({ names: found.names, firstSeq: found.firstSeq }, "m");
  expect([13, 14, 15, 16, 17].map((each) => nameOf(seq(each)))).toEqual([
    "meter-7",
    "meter-8",
    "meter-11",
    "meter-12",
    undefined,
  ]);
});

it("goes by the claims of each generator for its own devices, and not at all by those of a journal that lost lines", async () => {
  const names = { from: "pattern", pattern: "{prefix}-{seq}" } as const;
  const of = { phases: [phase(0, 8)], names, strategy: "pre-provisioned" } as const;
  const second = [claimed(3), outcomeLine(1, told)];
  const found = await remaining(of, [claimed(0), outcomeLine(0, told)], second);
  expect(found.doubtful).toEqual(["m-3"]);
  expect(found.phases).toEqual([phase(8, 5)]);
  expect(found.names).toEqual({ from: "list", names: ["m-2", "m-4", "m-5", "m-6", "m-7"] });
  const damaged = await remaining(of, [claimed(0), outcomeLine(0, told), "{}"], second);
  expect(damaged.doubtful).toEqual(["m-2", "m-3", "m-4", "m-6"]);
});

it("leaves each group what it has left, and gives each name to a device of its own group", async () => {
  const kinds = [
    { name: "a", count: 6 },
    { name: "b", count: 4 },
  ];
  const groups = kinds.map((each) => ({ ...each, mix: [] }));
  const names = { from: "list", names: Array.from({ length: 10 }, (_, index) => `meter-${index}`) } as const;
  const before = createGroupOf({ groups, seed: 1 });
  const journal = [claimed(9), ...[0, 1, 2, 5].map((each) => outcomeLine(each, told))];
  const fresh = await remaining({ phases: [phase(0, 10)], groups }, [...journal]);
  const leftOf = (index: number): number => [3, 4, 6, 7, 8, 9].filter((each) => before(each) === index).length;
  expect(fresh.groups?.map(({ count }) => count)).toEqual([leftOf(0), leftOf(1)]);
  expect(fresh.phases).toEqual([phase(10, 6)]);

  // Nothing after the second claim was begun: its names are free.
  const given = await remaining({ phases: [phase(0, 10)], groups, names }, [claimed(5), ...journal.slice(1)]);
  if (given.names.from !== "list" || given.groups === undefined) throw new Error("no names");
  expect(given.names.names.toSorted()).toEqual(["meter-6", "meter-7", "meter-8", "meter-9"]);
  const after = createGroupOf({ groups: given.groups, seed: 1, firstSeq: given.firstSeq });
  for (const [index, name] of given.names.names.entries()) {
    expect([name, after(given.firstSeq + index)]).toEqual([name, before(Number(name.slice("meter-".length)))]);
  }
});
