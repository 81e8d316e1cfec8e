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

it("examines each group by its own way, key and tenant; what is alike is said once, and a limit counts what comes to that tenant", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD_CAMERAS", "other-password");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({
    http: {},
    coap: {},
    administrators: [{ user: "other@example.com", password: "other-password", tenant: "other" }],
    profiles: [
      { name: "meters", key: "meters-key", secret: "meters-secret-e2e", strategy: "allow-create" },
      { name: "gates", key: "gates-key", secret: "another", strategy: "allow-create" },
      { name: "cameras", key: "cameras-key", secret: "cameras-secret-e2e", strategy: "allow-create", tenant: "other" },
    ],
    // 60 + 20 come to the first tenant, and 20 to the other.
    limits: { maxDevices: 50 },
  });
  const group = (name: string, share: number, more: string): string => `
    - name: ${name}
      share: ${share}
      provisioning: { key: ${name}-key, secret: ${name}-secret-e2e }${more}`;
  try {
    const scenario = await writeScenario(
      folder.path,
      `
name: kinds
target: { host: 127.0.0.1, port: ${simulator.port} }
fleet:
  count: 100
  credentials: access-token
  groups:${group("meters", 6, `\n      target: { transport: coap, port: ${simulator.coapPort} }`)}${group("gates", 2, "")}${group("cameras", 2, "\n      admin: { username: other@example.com }")}
load: { closed: { concurrency: 5 } }
`,
    );
    const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
    const json = await rollcallHere("doctor", scenario, ...admin, "--format", "json").finished;
    const { findings } = JSON.parse(json.stdout) as {
      readonly findings: readonly { section: string; check: string; state: string; found: string }[];
    };
    const problems = findings.filter(({ state }) => state === "problem").map((each) => [each.section, each.check]);
    expect(problems).toEqual([
      ["SERVER OF meters", "device limit"],
      ["SERVER OF gates", "device limit"],
      ["SERVER OF gates", "secret"],
      ["ONE DEVICE OF gates", "provisioning"],
    ]);
    const limits = findings.filter(({ check }) => check === "device limit").map(({ found }) => found);
    expect(limits.map((found) => /the run's (\d+)/.exec(found)?.[1])).toEqual(["80", "80", "20"]);
    // That each secret stands in the scenario itself is of all groups alike.
    expect(findings.filter(({ check }) => check === "scenario").map(({ section }) => section)).toEqual([
      "SCENARIO",
      "SCENARIO",
      "SCENARIO",
    ]);
    expect(json.code).toBe(2);
    expect(simulator.store.size).toBe(0);
    for (const name of ["meters", "gates", "cameras"]) expect(json.stdout).not.toContain(`${name}-secret-e2e`);
    const text = await rollcallHere("doctor", scenario, ...admin).finished;
    expect(text.stdout).toContain("ONE DEVICE OF cameras");
    const simulated = await rollcallHere("doctor", scenario, "--simulate").finished;
    expect(simulated).toMatchObject({ code: 0, stderr: "" });
  } finally {
    vi.unstubAllEnvs();
    await simulator.close();
  }
});
