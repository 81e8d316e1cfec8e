import { expect, it } from "vitest";
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

it("says which runs there are when the one named is not", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const results = ["--out", folder.path];
  const { code, stderr } = await rollcallHere("validate", scenario, ...results, "--set", "fleet.names={roster: nobody}")
    .finished;
  expect(stderr).toContain("fleet.names.roster is nobody: it cannot be read (There is no run nobody");
  expect(code).toBe(2);
});
