import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Remaining, remainingOf } from "../../../src/runs/resume/remaining.ts";
import { createNames } from "../../../src/fleet/names.ts";
import type { FleetPlan, Phase, Plan, Strategy } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";
import { MINIMAL, load } from "../../support/scenario-text.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-remaining-"));
});
afterAll(() => rm(folder, { recursive: true }));

const phase = (firstSeq: number, devices: number): Phase => ({
  name: "load",
  warmup: false,
  firstSeq: seq(firstSeq),
  devices,
  shape: { kind: "burst" },
});

const claimed = (through: number): string => JSON.stringify({ kind: "claimed", through });
const outcome = (each: number, result: object): string =>
  JSON.stringify({ kind: "outcome", outcome: { seq: each, result } });
const FOOTER = JSON.stringify({ kind: "footer" });

async function remaining(
  of: {
    readonly phases: readonly Phase[];
    readonly names?: FleetPlan["names"];
    readonly strategy?: Strategy;
  },
  ...journals: readonly (readonly string[])[]
): Promise<Remaining> {
  const files = await Promise.all(
    journals.map(async (lines, generator) => {
      const path = join(folder, `journal-${generator}.ndjson`);
      await writeFile(path, [...lines, '{"kind":"outco'].join("\n"));
      return { generator, path };
    }),
  );
  const { plan } = load(MINIMAL);
  const { names = plan.fleet.names, strategy = "allow-create" } = of;
  const own: Plan = {
    ...plan,
    prefix: "m",
    generators: journals.length,
    phases: of.phases,
    fleet: { ...plan.fleet, names },
    provisioning: { ...plan.provisioning, strategy },
  };
  return remainingOf(own, files);
}

const RESULTS = [
  outcome(3, { state: "provisioned" }),
  outcome(4, { state: "failed", unknown: true }),
  outcome(5, { state: "rejected" }),
  outcome(6, { state: "dropped", reason: "in-flight-cap" }),
  outcome(7, { state: "dropped", reason: "interrupted" }),
  outcome(8, { state: "aborted", unknown: false }),
  outcome(9, { state: "aborted", unknown: true }),
];

it("leaves out what has a result, and counts on past the seqs that were used", async () => {
  const { phases, doubtful } = await remaining({ phases: [phase(0, 3), phase(3, 10)] }, [claimed(255), ...RESULTS]);
  expect(phases).toEqual([phase(13, 3), phase(16, 6)]);
  expect(doubtful).toEqual([]);
  const all = await remaining({ phases: [phase(0, 0), phase(3, 4)] }, RESULTS);
  expect(all.phases).toEqual([]);
});

it("asks again under given names only for devices that cannot exist", async () => {
  const names = { from: "list", names: Array.from({ length: 13 }, (_, index) => `meter-${index}`) } as const;
  const found = await remaining({ phases: [phase(0, 3), phase(3, 10)], names }, [claimed(10), ...RESULTS]);
  expect(found.doubtful).toEqual(["meter-0", "meter-1", "meter-2", "meter-9", "meter-10"]);
  expect(found.phases).toEqual([phase(13, 4)]);
  const nameOf = createNames(found, "m");
  expect([13, 14, 15, 16, 17].map((each) => nameOf(seq(each)))).toEqual([
    "meter-7",
    "meter-8",
    "meter-11",
    "meter-12",
    undefined,
  ]);
});

it("believes the footer of a generator, and the claims of one that wrote none, each of its own devices", async () => {
  const names = { from: "pattern", pattern: "{prefix}-{seq}" } as const;
  const found = await remaining(
    { phases: [phase(0, 8)], names, strategy: "pre-provisioned" },
    [claimed(510), outcome(0, { state: "provisioned" }), FOOTER],
    [claimed(3), outcome(1, { state: "provisioned" })],
  );
  expect(found.doubtful).toEqual(["m-3"]);
  expect(found.phases).toEqual([phase(8, 5)]);
  expect(found.names).toEqual({ from: "list", names: ["m-2", "m-4", "m-5", "m-6", "m-7"] });
});
