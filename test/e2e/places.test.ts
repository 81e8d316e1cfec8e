import { join } from "node:path";
import { expect, it } from "vitest";
import { createPlaceChoice } from "../../src/fleet/place-choice.ts";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** A port that nobody listens on, whoever looks. */
const NOBODY = 1;

it("a run over several addresses: shared out by the seed over two generators, the dead one in the headline", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator({ host: ["127.0.0.2", "127.0.0.3"] });
  try {
    const { port } = simulator;
    const hosts = `127.0.0.2:${port},127.0.0.3:${port},127.0.0.4:${NOBODY}`;
    const place = ["--out", results, "--host", hosts, "--generators", "2", "--quiet"];
    const access = ["--set", "provisioning.key=simulated-key", "--set", "provisioning.secret=simulated-secret"];
    const scenario = await writeScenario(folder.path);
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...place, ...access, "--set", "thresholds=[]")
      .finished;
    expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`127.0.0.4:${NOBODY} refused every device`);
    const run = await onlyRun(results);
    const { ledger, places } = await readSummary(run);
    expect(ledger).toMatchObject({ planned: 60, provisioned: 40, failed: 20, connected: 40 });
    expect(simulator.store.size).toBe(40);
    expect(places?.map(({ place, devices, provisioned }) => [place, devices, provisioned])).toEqual([
      [`127.0.0.2:${port}`, 20, 20],
      [`127.0.0.3:${port}`, 20, 20],
      [`127.0.0.4:${NOBODY}`, 20, 0],
    ]);
    const names = places?.map(({ place }) => place) ?? [];
    const choose = createPlaceChoice([{ weight: 1 }, { weight: 1 }, { weight: 1 }], 1, "round-robin");
    const { journals } = await openRunFolder(run);
    expect(journals).toHaveLength(2);
    const went: string[] = [];
    const called: string[] = [];
    for (const { path } of journals) {
      for await (const line of readJournal(path)) {
        if (line.kind === "outcome") went[line.outcome.seq] = line.outcome.place ?? "nowhere";
        if (line.kind === "roll-call") called.push(`${line.entry.place} for ${line.entry.issuedAt}`);
      }
    }
    expect(went).toEqual(Array.from({ length: 60 }, (_, seq) => names[choose(seq, 0)]));
    expect(new Set(called)).toEqual(new Set(names.slice(0, 2).map((name) => `${name} for ${name}`)));
    const again = await rollcallHere("verify", run, "--out", results).finished;
    expect(again.stdout).toContain("Passed: all 40 devices are present.");
  } finally {
    await simulator.close();
  }
});
