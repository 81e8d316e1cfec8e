import { join } from "node:path";
import { expect, it, vi } from "vitest";
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

it("an administrator finds what was published stored, over each transport; what is lost on the way is not green", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({ http: {}, coap: {} });
  const ports = { mqtt: simulator.port, http: simulator.httpPort, coap: simulator.coapPort };
  const scenario = await writeScenario(folder.path);
  const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
  const run = async (transport: keyof typeof ports, name: string) => {
    const out = join(folder.path, name);
    const target = ["--set", `target={transport: ${transport}, host: 127.0.0.1, port: ${ports[transport]}}`];
    const fleet = ["--set", "fleet={count: 20, credentials: access-token}"];
    const asked = [
      ...target,
      ...fleet,
      ...ACCESS,
      ...SOME,
      ...admin,
      "--set",
      "rollCall.proof=telemetry",
      "--settle",
      "1s",
    ];
    const { code, stdout } = await rollcallHere("run", scenario, "--out", out, ...asked).finished;
    return { code, stdout: plain(stdout), summary: await readSummary(await onlyRun(out)) };
  };
  try {
    for (const transport of ["mqtt", "http", "coap"] as const) {
      const { summary, stdout } = await run(transport, transport);
      expect(summary.server?.reconciliation?.stored).toMatchObject({ asked: 20, missing: { count: 0 } });
      expect(summary.ledger.connected).toBe(20);
      expect(stdout).toContain("20 of 20 devices looked at have stored what they published");
    }
    simulator.strike([{ kind: "unstored" }]);
    const { code, summary, stdout } = await run("mqtt", "lost");
    expect(summary.ledger).toMatchObject({ connected: 20, mute: 0 });
    expect(summary.server?.reconciliation?.stored).toMatchObject({ asked: 20, missing: { count: 20 } });
    expect(summary.verdict.reasons).toContain("20 of 20 devices looked at without the telemetry that was acknowledged");
    expect([4, 5]).toContain(code);
    expect(stdout).toContain("have NOT stored what was acknowledged");
    const lost = await onlyRun(join(folder.path, "lost"));
    const again = await rollcallHere("reconcile", lost, ...admin, "--settle", "1s").finished;
    expect(plain(again.stdout)).toContain("have NOT stored what was acknowledged");
    expect(again.code).toBe(4);
  } finally {
    vi.unstubAllEnvs();
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
