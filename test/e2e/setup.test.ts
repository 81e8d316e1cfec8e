import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

afterAll(() => void vi.unstubAllEnvs());

const PREPARED = `
name: prepared
provisioning:
  strategy: pre-provisioned
  key: \${SETUP_E2E_KEY}
  secret: { file: secret.txt }
fleet: { count: 30, prefix: met }
load:
  closed: { concurrency: 10 }
`;

it("makes profile and devices, changes nothing the second time, and cleanup takes both away again and nothing else", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({
    http: {},
    devices: [
      { profile: "rollcall", name: "met-000030" },
      { profile: "rollcall", name: "met-00000" },
    ],
  });
  try {
    const scenario = await writeScenario(folder.path, PREPARED);
    const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
    const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", join(folder.path, "results")];
    const environment = join(folder.path, "provision.env");
    const common = [scenario, ...at, ...admin];

    const bare = await rollcallHere("setup", ...common).finished;
    expect(bare.stderr).toContain("${SETUP_E2E_KEY}, which is not set");
    expect(bare.code).toBe(EXIT.usage);

    const first = await rollcallHere("setup", ...common, "--generate", environment).finished;
    expect(first.stdout).toContain("rollcall-prepared: made, strategy pre-provisioned");
    expect(first.stdout).toContain("30 made");
    expect(first.code).toBe(EXIT.pass);
    const secret = (await readFile(join(folder.path, "secret.txt"), "utf8")).trim();
    for (const file of [environment, join(folder.path, "secret.txt"), join(folder.path, "results", "setup.ndjson")]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(`${first.stdout}${first.stderr}`).not.toContain(secret);

    // Before any run: all that setup made goes, and what somebody has put beside it stays, be its name a start of theirs.
    const made = simulator.store.profileByName("tenant", "rollcall-prepared");
    if (made === undefined) throw new Error("no profile");
    simulator.store.createDevice({ profile: made, name: "met-0000", credentials: undefined, gateway: false });
    const [, key = ""] = /^export SETUP_E2E_KEY='(.*)'$/m.exec(await readFile(environment, "utf8")) ?? [];
    vi.stubEnv("SETUP_E2E_KEY", key);
    const undone = await rollcallHere("cleanup", scenario, "--out", join(folder.path, "results"), ...admin, "--yes")
      .finished;
    expect(undone.stdout).toContain("30 devices that setup made in profile rollcall-prepared: met-000000");
    expect(undone.stdout).toContain("stays: there is 1 device in it.");
    expect(undone.code).toBe(EXIT.pass);
    for (const device of simulator.store.devices()) {
      if (device.profile === made) simulator.store.removeDevice(device);
    }
    await rollcallHere("setup", ...common, "--generate", environment).finished;

    const second = await rollcallHere("setup", ...common, "--generate", environment).finished;
    expect(second.stdout).toContain("30 there already");
    expect(second.stdout).toContain("Nothing was changed.");
    expect(simulator.store.size).toBe(32);

    const run = await rollcallHere("run", ...common, "--setup", "--generate", environment, "--quiet", "--full")
      .finished;
    expect(run.stdout).toContain("30 of 30 devices provisioned");
    expect(run.stdout).toMatch(/told and there\s+30\n/);
    expect(run.stdout).toMatch(/told but missing\s+0\n/);

    const cleaned = await rollcallHere("cleanup", "latest", "--out", join(folder.path, "results"), ...admin, "--yes")
      .finished;
    expect(cleaned.stdout).toContain("Deleted 30.");
    expect(cleaned.stdout).toContain("The profile rollcall-prepared, which setup made, is deleted.");
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(["met-000030", "met-00000"]);
    expect([...simulator.store.profiles()].map(({ settings }) => settings.name)).toEqual(["default", "rollcall"]);
  } finally {
    await simulator.close();
  }
});

it("says once that any certificate of the administrator's is accepted", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const admin = 'admin={ url: "https://127.0.0.1:1", username: tenant@example.com, tls: { insecure: true } }';
  const { code, stderr } = await rollcallHere("setup", scenario, "--set", admin, "--out", join(folder.path, "results"))
    .finished;
  expect(stderr.match(/admin\.tls\.insecure/g)).toHaveLength(1);
  expect(code).toBe(EXIT.usage);
});

it("--ca names the authority of the administrator's address, for whatever makes a run as for what comes after it", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const identity = await createServerIdentity();
  const profile = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ http: { tls: identity }, profiles: [profile] });
  const scenario = await writeScenario(folder.path);
  const authority = join(folder.path, "ca.pem");
  await writeFile(authority, identity.cert);
  const url = `https://127.0.0.1:${simulator.httpPort}`;
  const admin = ["--admin-url", url, "--admin-user", "tenant@thingsboard.org"];
  const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", join(folder.path, "results")];
  try {
    for (const command of ["setup", "run"]) {
      const without = await rollcallHere(command, scenario, ...at, ...admin).finished;
      expect(without).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining("is not trusted") });
      expect(without.stderr).toContain("Give its authority (--ca, or admin.tls.ca in a scenario)");
    }
    const made = await rollcallHere("setup", scenario, ...at, ...admin, "--ca", authority).finished;
    expect(made).toMatchObject({ code: EXIT.pass, stdout: expect.stringContaining("Nothing was changed.") });
    const examined = await rollcallHere("doctor", scenario, ...at, ...admin, "--ca", authority).finished;
    expect(examined.stdout.replaceAll(/\s+/g, " ")).not.toContain("is not trusted");
    const quick = ["--key", "e2e-key", "--secret-env", "QUICK_SECRET", "--rate", "50", "--devices", "5"];
    vi.stubEnv("QUICK_SECRET", SECRET);
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    const out = ["--out", join(folder.path, "results")];
    await rollcallHere("run", target, ...quick, ...admin, "--ca", authority, ...out).finished;
    const { server } = await readSummary(await onlyRun(join(folder.path, "results")));
    expect(server).toMatchObject({ reconciliation: { present: 5 } });
  } finally {
    await simulator.close();
  }
});

it.each([
  ["run", ["--ca", "x.pem"], "The administrator's authority (--ca) is given without --admin-url."],
  ["run", ["--simulate", "--ca", "x.pem"], "--simulate and --ca exclude each other"],
  [
    "run",
    ["--ca", "/no/such.pem", "--admin-url", "https://127.0.0.1:1", "--admin-user", "u"],
    "/no/such.pem cannot be read",
  ],
])("%s %j is refused", async (command, more, message) => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const { code, stderr } = await rollcallHere(command, scenario, ...more, "--out", join(folder.path, "results"))
    .finished;
  expect(stderr).toContain(message);
  expect(code).toBe(EXIT.usage);
});

it.each([
  "setup",
  "run",
  "repeat",
  "search",
  "doctor",
  "resume",
  "upgrade-check",
  "reconcile",
  "cleanup",
  "conformance",
])("%s, which takes --admin-url, takes --ca", async (command) => {
  const { stdout } = await rollcallHere(command, "--help").finished;
  for (const option of ["--admin-url", "--ca "]) expect(stdout).toContain(option);
});
