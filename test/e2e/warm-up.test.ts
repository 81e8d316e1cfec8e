import { expect, it } from "vitest";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

it(
  "a server that has just been started: the report says that it was no steady state",
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const options = ["--simulate", "--preset", "thingsboard-2core-cold", "--quiet", "--out", `${folder.path}/results`];
    const sets = ["--set", "fleet.count=300", "--set", "rollCall=off", "--set", "thresholds=[]"];
    await rollcallHere("run", scenario, ...options, ...sets).finished;
    const { validity } = await readSummary(await onlyRun(`${folder.path}/results`));
    expect(validity.warnings).toContainEqual(
      expect.stringMatching(/^load: the last third was .* % faster than the first .*a longer warm-up may help/),
    );
  },
);
