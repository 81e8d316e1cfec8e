import { expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { codeUnlessUnfit, onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** Half of a burst asks for one name or for one device's credentials, all at once and from two generators. */
it("a burst of devices that repeat each other: one of each kind is provisioned, and nobody else pays for it", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const sets = [
    "fleet={count: 200, misbehaviours: {repeated-name: 25%, repeated-credentials: 25%}}",
    "load={burst: true}",
    "thresholds=['failureRate == 0', 'undeserved == 0', 'connected == provisioned']",
  ];
  const options = ["--simulate", "--generators", "2", "--quiet", "--out", `${folder.path}/results`];
  const { code } = await rollcallHere("run", scenario, ...options, ...sets.flatMap((set) => ["--set", set])).finished;
  const { ledger, thresholds, server, failures, rejections } = await readSummary(
    await onlyRun(`${folder.path}/results`),
  );
  expect(ledger.expected).toBeGreaterThan(60);
  expect(ledger).toMatchObject({
    started: 200,
    provisioned: 200 - ledger.expected,
    rejected: ledger.expected,
    failed: 0,
    undeserved: 0,
    connected: 200 - ledger.expected,
    imbalances: [],
  });
  expect(failures).toEqual([]);
  expect(rejections.map(({ status }) => status)).toEqual(["FAILURE"]);
  expect(thresholds.map(({ passed }) => passed)).toEqual([true, true, true]);
  // A name that was refused to one and given to another is there, told and no ghost.
  expect(server?.reconciliation).toMatchObject({
    present: ledger.provisioned,
    missing: { count: 0 },
    ghosts: { count: 0 },
    foreign: { count: 0 },
  });
  expect(code).toBe(codeUnlessUnfit(await readSummary(await onlyRun(`${folder.path}/results`)), EXIT.pass));
});
