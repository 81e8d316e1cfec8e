import { join } from "node:path";
import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const ACCESS = ["--set", "provisioning.key=simulated-key", "--set", "provisioning.secret=simulated-secret"];
const SOME = ["--set", "fleet.count=20", "--set", "thresholds=[]", "--quiet"];
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

it("devices that log in and cannot speak: their own row of the ledger, the headline, exit 4", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator();
  try {
    const scenario = await writeScenario(folder.path);
    const place = ["--host", "127.0.0.1", "--port", String(simulator.port)];
    const asked = [...place, ...ACCESS, ...SOME, "--set", "rollCall.proof=telemetry"];
    const good = await rollcallHere("run", scenario, "--out", results, ...asked).finished;
    expect([0, 5], `${good.stdout}\n${good.stderr}`).toContain(good.code);
    const run = await onlyRun(results);
    const { ledger, rollCall } = await readSummary(run);
    expect(ledger).toMatchObject({ provisioned: 20, connected: 20, mute: 0, imbalances: [] });
    expect(rollCall).toMatchObject({ proof: "telemetry", mute: [] });
    expect(plain(good.stdout)).toContain("and every one of them logged in and had its telemetry acknowledged");

    // As ThingsBoard does where its queue or a rate limit refuses what a device says.
    simulator.strike([{ kind: "close", at: "speech" }]);
    const bad = join(folder.path, "bad");
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...asked, "--out", bad).finished;
    expect([4, 5], `${stdout}\n${stderr}`).toContain(code);
    const summary = await readSummary(await onlyRun(bad));
    expect(summary.ledger).toMatchObject({ provisioned: 20, connected: 0, mute: 20, refused: 0, unreachable: 0 });
    expect(summary.ledger.imbalances).toEqual([]);
    expect(summary.verdict.reasons).toContain("20 devices let in and could not speak (closed-before-answer: 20)");
    expect(plain(stdout)).toContain("mute 20 closed-before-answer");
  } finally {
    await simulator.close();
  }
});

it("a threshold on mute needs a proof", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const { code, stderr } = await rollcallHere("validate", scenario, "--set", "thresholds=[mute == 0]").finished;
  expect(code).toBe(2);
  expect(plain(stderr)).toContain("mute needs a rollCall.proof");
});
