import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

it("finds nothing against a simulated run, and leaves no results", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const out = join(folder.path, "results");
  const { code, stdout, stderr } = await rollcallHere("doctor", scenario, "--simulate", "--out", out).finished;
  expect(stderr).toBe("");
  expect(stdout).toContain("(SIMULATED, not a real ThingsBoard)");
  expect(stdout).toMatch(/rate limits +none/);
  expect(stdout).toContain("Nothing stands against this run");
  expect(code).toBe(0);
});

it.each([
  ["plain", ["--set", "target.proxyProtocol=v2"]],
  ["over TLS", ["--set", "target={proxyProtocol: v1, tls: true}"]],
])("finds nothing where each connection must begin with the header of a proxy, %s", async (_, sets) => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const out = join(folder.path, "results");
  const { code, stdout, stderr } = await rollcallHere("doctor", scenario, "--simulate", "--out", out, ...sets).finished;
  expect(stderr).toBe("");
  expect(stdout).toContain("Nothing stands against this run");
  expect(code).toBe(0);
});

it("ends with 2 at a problem, says which for programs, and keeps secrets and devices out", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  vi.stubEnv("ROLLCALL_SYSTEM_PASSWORD", "sysadmin");
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const profile = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ http: {}, profiles: [profile], limits: { maxDevices: 50 } });
  try {
    const target = ["--host", "127.0.0.1", "--port", String(simulator.port)];
    const users = ["--admin-user", "tenant@thingsboard.org", "--system-user", "sysadmin@thingsboard.org"];
    const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, ...users];
    const { code, stdout } = await rollcallHere("doctor", scenario, ...target, ...admin, "--format", "json").finished;
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { check: string; state: string }[] };
    const of = (wanted: string) => findings.filter(({ state }) => state === wanted).map(({ check }) => check);
    expect(of("problem")).toEqual(["device limit"]);
    expect(of("not-checked")).toEqual(["certificate"]);
    expect(stdout).not.toContain(SECRET);
    expect(code).toBe(2);
    expect(simulator.stats().created).toEqual([]);
    expect(simulator.stats().requests).toBeGreaterThan(0);
  } finally {
    vi.unstubAllEnvs();
    await simulator.close();
  }
});
