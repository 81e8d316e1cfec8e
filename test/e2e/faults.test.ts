import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { codeUnlessUnfit, onlyRun, readSummary, rollcall, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const DEVICES = 20;
const LOST = { provisioned: 0, failed: DEVICES, connected: 0 };
const PRESENT = { provisioned: DEVICES, failed: 0, connected: DEVICES };

/** Of a server that fails everybody in one way: kind of failure, ledger, devices that may exist, exit code. */
const MATRIX = [
  { fault: "reset", kinds: ["connection-reset"], ledger: LOST, unknown: DEVICES, code: EXIT.rollCall },
  { fault: "drop", kinds: ["answer-timeout"], ledger: LOST, unknown: DEVICES, code: EXIT.rollCall },
  { fault: "half-open", kinds: ["accept-timeout"], ledger: LOST, unknown: 0, code: EXIT.rollCall },
  { fault: "duplicate", kinds: [], ledger: PRESENT, unknown: 0, code: EXIT.pass },
  { fault: "admits-anyone", kinds: [], ledger: PRESENT, unknown: 0, code: EXIT.rollCall },
];

describe("a fault that strikes every device", () => {
  it.concurrent.each(MATRIX)("$fault", { timeout: 60_000 }, async (row) => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const sets = [`fleet.count=${DEVICES}`, "thresholds=[]", "timeouts={answer: 2s, accept: 2s}"];
    const options = ["--fault", row.fault, "--generators", "1", "--quiet", "--out", `${folder.path}/results`];
    const args = [...sets.flatMap((set) => ["--set", set]), ...options];
    const { code } = await rollcall("run", scenario, "--simulate", "--preset", "instant", ...args).finished;
    const summary = await readSummary(await onlyRun(`${folder.path}/results`));
    expect(summary.ledger).toMatchObject({ ...row.ledger, imbalances: [] });
    expect(summary.failures.map(({ kind }) => kind)).toEqual(row.kinds);
    expect(summary.unknown.count).toBe(row.unknown);
    expect(code).toBe(codeUnlessUnfit(summary, row.code));
  });
});
