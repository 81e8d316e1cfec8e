import { expect, it } from "vitest";
import { createGroupOf } from "../../../src/model/group-of.ts";
import { reports } from "../../../src/report/reports.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { failed, outcome, phase, samplePlan, writeRun } from "./sample-run.ts";

const OPTIONS = { color: false, width: 80 } as const;
const DEVICES = 40;
const KINDS = [
  { name: "meters", count: 30 },
  { name: "cam,eras", count: 10 },
];

function plan() {
  const base = samplePlan({ phases: [phase(0, DEVICES)] });
  const { target, provisioning } = base;
  if (provisioning.chain !== undefined) throw new Error("the sample has no chain");
  return {
    ...base,
    fleet: { ...base.fleet, count: DEVICES, groups: KINDS.map((each) => ({ ...each, mix: base.fleet.mix })) },
    groups: KINDS.map(({ name }) => ({ name, target, provisioning })),
  };
}

it("what became of each group over time adds up to the run, in the summary's windows and by the second", async () => {
  const own = plan();
  const groupOf = createGroupOf(own.fleet);
  // Of the second group each device fails.
  const entries = Array.from({ length: DEVICES }, (_, index) =>
    groupOf(index) === 1 ? failed(index, "connection-refused", { waited: 1_000 }) : outcome(index),
  );
  const run = await foldRun(await writeRun(own, [{ entries }]));
  const { timeline } = run.summary;
  const sum = (values: readonly number[] = []): number => values.reduce((total, value) => total + value, 0);
  expect(timeline?.groups?.map((each) => [each.group, sum(each.provisioned), sum(each.failed)])).toEqual([
    ["meters", 30, 0],
    ["cam,eras", 0, 10],
  ]);
  const added = timeline?.groups?.reduce(
    (all, each) => all.map((value, at) => value + (each.provisioned[at] ?? 0)),
    timeline.counts.provisioned.map(() => 0),
  );
  expect(added).toEqual(timeline?.counts.provisioned);

  const [titles = "", ...rows] = reports.csv.render(run, OPTIONS).trimEnd().split("\n");
  expect(titles).toContain(',meters provisioned,meters rejected,meters failed,"cam,eras provisioned"');
  const at = titles.split(",").indexOf("meters provisioned");
  const provisioned = titles.split(",").indexOf("provisioned");
  expect(sum(rows.map((row) => Number(row.split(",")[at])))).toBe(30);
  for (const row of rows) expect(row.split(",")[at]).toBe(row.split(",")[provisioned]);
});

it("a fleet of one kind has no such columns", async () => {
  const { groups: _groups, fleet, ...rest } = plan();
  const { groups: _kinds, ...alone } = fleet;
  const run = await foldRun(
    await writeRun({ ...rest, fleet: alone }, [
      { entries: Array.from({ length: DEVICES }, (_, index) => outcome(index)) },
    ]),
  );
  expect(run.summary.timeline).not.toHaveProperty("groups");
});
