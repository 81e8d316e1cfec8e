import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

afterEach(() => vi.unstubAllEnvs());

it("the administrator's next address is asked when one is down: told, recorded, and cleaned up there", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const out = ["--out", join(folder.path, "results")];
  const scenario = await writeScenario(folder.path);
  const profile = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ http: {}, profiles: [profile] });
  const live = `http://127.0.0.1:${simulator.httpPort}`;
  const dead = "http://127.0.0.1:1";
  const admin = ["--admin-url", dead, "--admin-url", live, "--admin-user", "tenant@thingsboard.org"];
  try {
    const { stdout, stderr } = await rollcallHere(
      "run",
      scenario,
      ...admin,
      ...out,
      "--full",
      "--host",
      "127.0.0.1",
      "--port",
      String(simulator.port),
    ).finished;
    const run = await onlyRun(join(folder.path, "results"));
    const { server, ledger } = await readSummary(run);
    expect(ledger).toMatchObject({ provisioned: 60, connected: 60 });
    expect(server).toMatchObject({ answeredBy: [live], reconciliation: { present: 60 } });
    expect(stdout).toMatch(new RegExp(`told by +${live}`));
    expect(stderr.match(/is asked from now on/g)).toHaveLength(1);
    const plan = await readFile(join(run, "plan.json"), "utf8");
    expect(plan).not.toContain("tenant@");

    const reconciled = await rollcallHere("reconcile", run, ...out, ...admin).finished;
    expect(reconciled.code, `${reconciled.stdout}\n${reconciled.stderr}`).toBe(0);
    const cleaned = await rollcallHere("cleanup", run, ...out, ...admin, "--yes").finished;
    expect(cleaned.stdout).toContain("Deleted 60.");
    expect(simulator.store.size).toBe(0);
    const again = await rollcallHere("report", run, ...out, "--exit-zero").finished;
    expect(again.stdout.replaceAll(/\s+/g, " ")).toContain(`told by ${live}`);
  } finally {
    await simulator.close();
  }
});
