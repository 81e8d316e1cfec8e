import { expect, it } from "vitest";
import { createGroupOf } from "../../src/model/group-of.ts";
import { seq } from "../../src/model/units.ts";
import { loadScenarioFile } from "../../src/runs/aim/load-scenario.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const AGAIN = ["--set", "provisioning.strategy=pre-provisioned", "--set", "fleet.credentials=access-token-server"];

it("provisions the devices of an earlier run again, as after an upgrade", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const simulated = ["run", scenario, "--simulate", "--preset", "instant", "--quiet"];
  const [before, after] = [`${folder.path}/before`, `${folder.path}/after`];
  await rollcallHere(...simulated, "--out", before).finished;
  const first = await onlyRun(before);

  const names = ["--set", `fleet={names: {roster: ${first}}}`];
  await rollcallHere(...simulated, "--out", after, ...names, ...AGAIN).finished;
  const { ledger, run } = await readSummary(await onlyRun(after));
  expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
  expect(run.prefix).not.toBe((await readSummary(first)).run.prefix);
});

it("gives each group the devices that it had, whatever failed in that run and whatever the seed is now", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const groups = [
    "--set",
    "fleet={count: 40, groups: [{name: meters, count: 30, provisioning: {key: m, secret: m}}, {name: gateways, count: 10, provisioning: {key: g, secret: g}}]}",
  ];
  const lossy = ["--fault", "ghost:0.2", "--set", "timeouts={answer: 200ms}"];
  const before = `${folder.path}/before`;
  await rollcallHere(
    "run",
    scenario,
    "--simulate",
    "--preset",
    "instant",
    "--quiet",
    "--out",
    before,
    ...groups,
    ...lossy,
  ).finished;
  const first = await onlyRun(before);
  const { plan } = await loadScenarioFile(
    scenario,
    [
      "fleet={count: 12, seed: 9, groups: [{name: gateways, count: 4, provisioning: {key: g, secret: g}}, {name: meters, count: 8, provisioning: {key: m, secret: m}}]}",
      `fleet.names={roster: ${first}}`,
    ],
    "abc123",
    { env: {} },
  );
  const { fleet } = plan;
  const groupOf = createGroupOf(fleet);
  const names = fleet.names.from === "list" ? fleet.names.names : [];
  expect(names).toHaveLength(12);
  for (const [index, name] of names.entries()) {
    expect(name).toContain(`-${fleet.groups?.[groupOf(seq(index)) ?? 0]?.name}-`);
  }
});

it("says which runs there are when the one named is not", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const results = ["--out", folder.path];
  const { code, stderr } = await rollcallHere("validate", scenario, ...results, "--set", "fleet.names={roster: nobody}")
    .finished;
  expect(stderr).toContain("fleet.names.roster is nobody: it cannot be read (There is no run nobody");
  expect(code).toBe(2);
});
