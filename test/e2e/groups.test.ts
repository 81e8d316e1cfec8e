import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { readAfterwards } from "../../src/record/afterwards-file.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const KINDS = [
  { group: "meters", key: "meter-key", secret: "meter-secret-of-e2e", transport: "coap", count: 21 },
  { group: "gateways", key: "gateway-key", secret: "gateway-secret-of-e2e", transport: "mqtt", count: 6 },
  { group: "cameras", key: "camera-key", secret: "camera-secret-of-e2e", transport: "http", count: 3 },
] as const;

function scenarioAt(ports: Readonly<Record<(typeof KINDS)[number]["transport"], number | undefined>>): string {
  const groups = KINDS.map(
    ({ group, key, secret, transport, count }) => `
    - name: ${group}
      count: ${count}
      credentials: access-token
      provisioning: { key: ${key}, secret: ${secret} }
      target: { transport: ${transport}, port: ${ports[transport]} }`,
  );
  return `
name: kinds
fleet:
  count: 30
  groups:${groups.join("")}
load: { closed: { concurrency: 5 } }
generators: 2
thresholds:
  - failureRate{group:meters} < 1%
  - connected{group:cameras} == provisioned{group:cameras}
  - failed{group:gateways} == 0
`;
}

/** What the server itself has, by the name of the profile. */
async function devicesByProfile(
  rest: string,
  login = { username: "tenant@thingsboard.org", password: "tenant" },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ask = async (path: string, init: RequestInit): Promise<unknown> =>
    (await fetch(`${rest}/api/${path}`, init)).json();
  const headers = { "Content-Type": "application/json" };
  const { token } = (await ask("auth/login", { method: "POST", headers, body: JSON.stringify(login) })) as {
    token: string;
  };
  const { data } = (await ask("tenant/deviceInfos?pageSize=100&page=0", {
    headers: { "X-Authorization": `Bearer ${token}` },
  })) as { data: readonly { name: string; deviceProfileName: string }[] };
  const profiles = Map.groupBy(data, ({ deviceProfileName }) => deviceProfileName);
  return new Map([...profiles].map(([profile, devices]) => [profile, devices.map(({ name }) => name)]));
}

it("several kinds of devices in one run, each with its key over its transport: the server has of each as many as the report says", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const profiles = KINDS.map(({ group, key, secret }) => ({
    name: group,
    key,
    secret,
    strategy: "allow-create" as const,
  }));
  const simulator = await startSimulator({ profiles, http: {}, coap: {} });
  try {
    const { port, httpPort, coapPort } = simulator;
    const scenario = await writeScenario(folder.path, scenarioAt({ mqtt: port, http: httpPort, coap: coapPort }));
    const { code, stdout, stderr } = await rollcallHere("run", scenario, "--out", results, "--quiet", "--full")
      .finished;
    expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
    const run = await onlyRun(results);
    const { groups = [], thresholds, ledger } = await readSummary(run);
    const there = await devicesByProfile(`http://127.0.0.1:${httpPort}`);
    for (const { group, count } of KINDS) {
      expect(there.get(group)).toHaveLength(count);
      for (const name of there.get(group) ?? []) expect(name).toContain(`-${group}-`);
      expect(groups.find((each) => each.group === group)).toMatchObject({
        planned: count,
        started: count,
        provisioned: count,
        connected: count,
        failed: 0,
      });
    }
    expect(ledger).toMatchObject({ planned: 30, provisioned: 30, connected: 30, imbalances: [] });
    expect(thresholds.map(({ passed }) => passed)).toEqual([true, true, true]);
    expect(stdout).toMatch(/meters +coap +21 +21 +21 +0 +0 +21/);
    for (const file of ["plan.json", "summary.json", "report.txt"]) {
      const text = await readFile(join(run, file), "utf8");
      for (const { secret } of KINDS) expect(text).not.toContain(secret);
    }
    expect(await readFile(join(run, "plan.json"), "utf8")).toContain('"key": "camera-key"');
    const page = await rollcallHere("report", run, "--out", results, "-f", "html").finished;
    expect(page.stdout).toContain("gateways");
    const again = await rollcallHere("verify", run, "--out", results).finished;
    expect(again.stdout).toContain("Passed: all 30 devices are present.");
  } finally {
    await simulator.close();
  }
});

it("a group with the wrong secret fails alone, and a threshold of it says so", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const profiles = KINDS.map(({ group, key, secret }) => ({
    name: group,
    key,
    secret: group === "meters" ? "another" : secret,
    strategy: "allow-create" as const,
  }));
  const simulator = await startSimulator({ profiles, http: {}, coap: {} });
  try {
    const { port, httpPort, coapPort } = simulator;
    const scenario = await writeScenario(folder.path, scenarioAt({ mqtt: port, http: httpPort, coap: coapPort }));
    const { code } = await rollcallHere("run", scenario, "--out", results, "--quiet").finished;
    expect([3, 5]).toContain(code);
    const { groups = [], thresholds } = await readSummary(await onlyRun(results));
    expect(groups.map(({ group, provisioned, rejected }) => [group, provisioned, rejected])).toEqual([
      ["meters", 0, 21],
      ["gateways", 6, 0],
      ["cameras", 3, 0],
    ]);
    expect(thresholds.map(({ passed, measured }) => [passed, measured])).toEqual([
      [false, 1],
      [true, 3],
      [true, 0],
    ]);
    expect((await devicesByProfile(`http://127.0.0.1:${httpPort}`)).has("meters")).toBe(false);
  } finally {
    await simulator.close();
  }
});

it("--simulate knows the keys of all groups, and asks for no environment", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const text = scenarioAt({ mqtt: 1883, http: 8080, coap: 5683 }).replaceAll(
    /key: (\w+)-key, secret: [\w-]+ /g,
    (_, kind: string) =>
      `key: "\${${kind.toUpperCase()}_KEY_OF_NOBODY}", secret: "\${${kind.toUpperCase()}_SECRET_OF_NOBODY}" `,
  );
  const scenario = await writeScenario(folder.path, text);
  const { code, stdout, stderr } = await rollcallHere("run", scenario, "--simulate", "--out", results, "--quiet")
    .finished;
  expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
  const { groups = [] } = await readSummary(await onlyRun(results));
  expect(groups.map(({ group, provisioned, connected }) => [group, provisioned, connected])).toEqual(
    KINDS.map(({ group, count }) => [group, count, count]),
  );
});

it("reconcile and cleanup look into the profile of each group, and take of each what is the run's own", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const kinds = KINDS.map(({ group, key, secret }) => ({
    name: group,
    key,
    secret,
    strategy: "allow-create" as const,
  }));
  const { meters, names } = { meters: "fix-meters-000003", names: ["fix-old", "fix-000001", "other"] };
  const simulator = await startSimulator({
    profiles: [...kinds, { name: "others", key: "another-key", secret: "another-secret", strategy: "allow-create" }],
    http: {},
    coap: {},
    // Some bear names like the run's, and one the very name of a device, in the profile of another group.
    devices: [
      { profile: "cameras", name: meters },
      ...names.map((name, index) => ({ profile: kinds[index]?.name ?? "others", name })),
      { profile: "others", name: "fix-meters-000004" },
    ],
    faults: [{ kind: "ghost", rate: 0.3, ms: 50 }],
  });
  try {
    const { port, httpPort, coapPort } = simulator;
    const rest = `http://127.0.0.1:${httpPort}`;
    const before = await devicesByProfile(rest);
    const scenario = await writeScenario(folder.path, scenarioAt({ mqtt: port, http: httpPort, coap: coapPort }));
    const admin = ["--admin-url", rest, "--admin-user", "tenant@thingsboard.org"];
    const own = ["--set", "fleet.prefix=fix", "--set", "thresholds=[]", "--set", "timeouts.answer=1s"];
    await rollcallHere("run", scenario, ...own, ...admin, "--out", results, "--quiet").finished;
    const run = await onlyRun(results);
    const { groups = [], server, ledger } = await readSummary(run);
    const after = await devicesByProfile(rest);
    const made = (group: string): readonly string[] =>
      (after.get(group) ?? []).filter((name) => before.get(group)?.includes(name) !== true);
    for (const { group, provisioned, ghosts } of groups) {
      expect([group, provisioned + (ghosts ?? 0)]).toEqual([group, made(group).length]);
    }
    const ghosts = groups.reduce((sum, group) => sum + (group.ghosts ?? 0), 0);
    expect(ghosts).toBeGreaterThan(0);
    expect(server).toMatchObject({
      profile: "meters, gateways, cameras",
      reconciliation: { ghosts: { count: ghosts } },
    });
    expect(server?.reconciliation?.missing.count).toBe(0);

    const again = await rollcallHere("reconcile", run, ...admin, "--credentials", "all").finished;
    expect(again.code, `${again.stdout}\n${again.stderr}`).toBe(0);
    const looks = (await readAfterwards(run)).filter((line) => line.kind === "look");
    expect(looks.at(-1)?.reconciliation).toMatchObject({
      present: ledger.provisioned,
      missing: [],
      credentials: { checked: ledger.provisioned, differing: [] },
    });

    const done = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect(done.code, `${done.stdout}\n${done.stderr}`).toBe(0);
    expect(await devicesByProfile(rest)).toEqual(before);
    expect((await rollcallHere("reconcile", run, ...admin).finished).code).toBe(0);
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("a group whose profile the administrator's tenant does not have leaves the whole run undecided, and nothing is deleted", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const profiles = KINDS.map(({ group, key, secret }) => ({
    name: group,
    key,
    secret,
    strategy: "allow-create" as const,
    ...(group === "cameras" ? { tenant: "another" } : {}),
  }));
  const simulator = await startSimulator({ profiles, http: {}, coap: {} });
  try {
    const { port, httpPort, coapPort } = simulator;
    const rest = `http://127.0.0.1:${httpPort}`;
    const scenario = await writeScenario(folder.path, scenarioAt({ mqtt: port, http: httpPort, coap: coapPort }));
    const admin = ["--admin-url", rest, "--admin-user", "tenant@thingsboard.org"];
    const judged = ["--set", 'thresholds=["ghosts{group:meters} == 0"]'];
    const { code } = await rollcallHere("run", scenario, ...judged, ...admin, "--out", results, "--quiet").finished;
    expect([5, 6]).toContain(code);
    const run = await onlyRun(results);
    const { groups = [], server, thresholds } = await readSummary(run);
    expect(groups.map(({ provisioned, ghosts }) => [provisioned, ghosts])).toEqual([
      [21, null],
      [6, null],
      [3, null],
    ]);
    expect(server?.reconciliation).toBeNull();
    expect(server?.unchecked.join()).toContain("has the key camera-key of cameras");
    expect(thresholds[0]?.undecided).toBe(true);
    const refused = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("An administrator sees one tenant");
    expect((await devicesByProfile(rest)).get("meters")).toHaveLength(21);
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("groups of two tenants, each with its administrator: ghosts, looks, cleanup and setup are right in both, and nothing of others goes", async () => {
  const password = "other-password-of-e2e";
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  vi.stubEnv("GROUPS_E2E_OTHER_PASSWORD", password);
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const login = { username: "other@example.com", password };
  const simulator = await startSimulator({
    http: {},
    administrators: [{ user: login.username, password, tenant: "other" }],
    profiles: [
      { name: "kind", key: "meter-key", secret: "meter-secret-of-e2e", strategy: "allow-create" },
      {
        name: "kind-of-other",
        key: "other-key",
        secret: "other-secret-of-e2e",
        strategy: "allow-create",
        tenant: "other",
      },
    ],
    // One of another owner in each tenant; the second bears the name that the run gives to a device of the first.
    devices: [
      { profile: "kind", name: "stays" },
      { profile: "kind-of-other", name: "two-meters-000000" },
    ],
    faults: [{ kind: "ghost", rate: 0.3, ms: 50 }],
  });
  const rest = `http://127.0.0.1:${simulator.httpPort}`;
  try {
    const text = `
name: two-tenants
target: { port: ${simulator.port} }
timeouts: { answer: 500ms }
rollCall: { proof: telemetry }
fleet:
  count: 40
  prefix: two
  credentials: access-token
  groups:
    - name: meters
      provisioning: { key: meter-key, secret: meter-secret-of-e2e }
    - name: cameras
      admin: { username: other@example.com, password: "\${GROUPS_E2E_OTHER_PASSWORD}" }
      provisioning: { key: other-key, secret: other-secret-of-e2e }
load: { closed: { concurrency: 10 } }
generators: 1
`;
    const scenario = await writeScenario(folder.path, text);
    const admin = ["--admin-url", rest, "--admin-user", "tenant@thingsboard.org", "--out", results];
    const ran = await rollcallHere("run", scenario, ...admin, "--quiet").finished;
    const run = await onlyRun(results);
    const { groups = [], server, ledger } = await readSummary(run);
    const there = {
      meters: (await devicesByProfile(rest)).get("kind") ?? [],
      cameras: (await devicesByProfile(rest, login)).get("kind-of-other") ?? [],
    };
    for (const { group, provisioned, ghosts } of groups) {
      const others = 1;
      expect([group, provisioned + (ghosts ?? 0)]).toEqual([
        group,
        there[group === "meters" ? "meters" : "cameras"].length - others,
      ]);
      expect(ghosts, `${group}: ${ran.stderr}`).toBeGreaterThan(0);
    }
    expect(server).toMatchObject({
      profile: "kind, kind-of-other",
      devices: { before: { tenant: 2, profile: 2 }, after: { tenant: there.meters.length + there.cameras.length } },
      reconciliation: { missing: { count: 0 }, stored: { asked: Math.min(20, ledger.provisioned) } },
      unchecked: [],
    });
    for (const file of ["plan.json", "summary.json", "report.txt", "server.json"]) {
      expect(await readFile(join(run, file), "utf8")).not.toContain(password);
    }

    const again = await rollcallHere("reconcile", run, ...admin, "--credentials", "all").finished;
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
    const looks = (await readAfterwards(run)).filter((line) => line.kind === "look");
    expect(looks.at(-1)?.reconciliation).toMatchObject({
      present: ledger.provisioned,
      credentials: { checked: ledger.provisioned, differing: [] },
    });

    vi.stubEnv("GROUPS_E2E_OTHER_PASSWORD", "");
    const half = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect(half.code).toBe(2);
    expect(half.stderr).toContain("Set ROLLCALL_ADMIN_PASSWORD_CAMERAS");
    vi.stubEnv("ROLLCALL_ADMIN_PASSWORD_CAMERAS", password);
    const done = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect({ code: done.code, stderr: done.stderr }).toMatchObject({ code: 0 });
    expect(await devicesByProfile(rest)).toEqual(new Map([["kind", ["stays"]]]));
    expect(await devicesByProfile(rest, login)).toEqual(new Map([["kind-of-other", ["two-meters-000000"]]]));
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("setup makes the profile of a group in the tenant of its administrator, and cleanup takes it away there", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD_CAMERAS", "other-password");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({
    http: {},
    profiles: [],
    administrators: [{ user: "other@example.com", password: "other-password", tenant: "other" }],
  });
  try {
    const text = `
name: made-in-two
target: { port: ${simulator.port} }
provisioning: { strategy: pre-provisioned }
fleet:
  count: 6
  prefix: two
  credentials: access-token
  groups:
    - { name: meters, provisioning: { key: meters-key, secret: { file: meters.txt } } }
    - name: cameras
      admin: { username: other@example.com }
      provisioning: { key: cameras-key, secret: { file: cameras.txt } }
load: { closed: { concurrency: 2 } }
`;
    const scenario = await writeScenario(folder.path, text);
    const out = ["--out", join(folder.path, "results")];
    const rest = `http://127.0.0.1:${simulator.httpPort}`;
    const admin = ["--admin-url", rest, "--admin-user", "tenant@thingsboard.org"];
    const made = await rollcallHere("setup", scenario, ...admin, ...out, "--generate", join(folder.path, "p.env"))
      .finished;
    expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
    const profile = (tenant: string, group: string) =>
      simulator.store.profileByName(tenant, `rollcall-made-in-two-${group}`)?.settings.key;
    expect([profile("tenant", "meters"), profile("other", "cameras")]).toEqual(["meters-key", "cameras-key"]);
    expect([profile("tenant", "cameras"), profile("other", "meters")]).toEqual([undefined, undefined]);
    const done = await rollcallHere("cleanup", scenario, ...admin, ...out, "--yes").finished;
    expect({ code: done.code, stderr: done.stderr }).toMatchObject({ code: 0 });
    expect(simulator.store.size).toBe(0);
    expect([profile("tenant", "meters"), profile("other", "cameras")]).toEqual([undefined, undefined]);
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("--simulate plays the tenant of each administrator that groups name, and asks for no password", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const text = scenarioAt({ mqtt: 1883, http: 8080, coap: 5683 }).replace(
    "- name: cameras",
    '- name: cameras\n      admin: { username: x@example.com, password: "${PASSWORD_OF_NOBODY}" }',
  );
  const scenario = await writeScenario(folder.path, text);
  const ran = await rollcallHere(
    "run",
    scenario,
    "--simulate",
    "--fault",
    "ghost:0.2:50",
    "--set",
    "timeouts.answer=500ms",
    "--out",
    results,
    "--quiet",
  ).finished;
  const { groups = [], server } = await readSummary(await onlyRun(results));
  expect({ unchecked: server?.unchecked, stderr: ran.stderr }).toMatchObject({ unchecked: [] });
  for (const { group, planned, provisioned, ghosts } of groups) {
    expect([group, provisioned + (ghosts ?? 0)]).toEqual([group, planned]);
  }
});

it("setup makes the profile of each group with a key of its own and its devices, a run takes them, cleanup takes all of it away", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({ http: {}, devices: [{ profile: "rollcall", name: "stays" }] });
  try {
    const rest = `http://127.0.0.1:${simulator.httpPort}`;
    const group = (name: string, transport: string, port: number | undefined): string => `
    - name: ${name}
      provisioning: { key: "\${GROUPS_E2E_${name.toUpperCase()}_KEY}", secret: { file: ${name}.txt } }
      credentials: access-token
      target: { transport: ${transport}, port: ${port} }`;
    const text = `
name: prepared-kinds
provisioning: { strategy: pre-provisioned }
fleet:
  count: 20
  prefix: kin
  groups:${group("meters", "mqtt", simulator.port)}${group("cameras", "http", simulator.httpPort)}
load: { closed: { concurrency: 5 } }
`;
    const scenario = await writeScenario(folder.path, text);
    const admin = ["--admin-url", rest, "--admin-user", "tenant@thingsboard.org"];
    const out = ["--out", join(folder.path, "results")];
    const bare = await rollcallHere("setup", scenario, ...admin, ...out).finished;
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain("the provision key of meters from ${GROUPS_E2E_METERS_KEY}, which is not set");

    const environment = join(folder.path, "provision.env");
    const made = await rollcallHere("setup", scenario, ...admin, ...out, "--generate", environment).finished;
    expect(made.code, `${made.stdout}\n${made.stderr}`).toBe(0);
    const there = await devicesByProfile(rest);
    expect(there.get("rollcall-prepared-kinds-meters")).toHaveLength(10);
    expect(there.get("rollcall-prepared-kinds-cameras")).toHaveLength(10);
    for (const line of (await readFile(environment, "utf8")).matchAll(/^export (\w+)='(.*)'$/gm)) {
      vi.stubEnv(line[1] ?? "", line[2] ?? "");
    }
    const run = await rollcallHere("run", scenario, ...admin, ...out, "--quiet").finished;
    expect([0, 5], `${run.stdout}\n${run.stderr}`).toContain(run.code);
    const done = await rollcallHere("cleanup", "latest", ...admin, ...out, "--yes").finished;
    expect(done.code, `${done.stdout}\n${done.stderr}`).toBe(0);
    expect(await devicesByProfile(rest)).toEqual(new Map([["rollcall", ["stays"]]]));
    expect(simulator.store.profileByName("tenant", "rollcall-prepared-kinds-cameras")).toBeUndefined();
    const nothing = await rollcallHere("cleanup", scenario, ...admin, ...out).finished;
    expect(nothing.stdout).toContain("Nothing is left: the profile rollcall-prepared-kinds-meters");
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("setup takes a secret that a group has from the scenario out of the profile of that group, and of no other", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const profiles = ["meters", "cameras"].map((name) => {
    return { name, key: `${name}-key`, secret: `${name}-own-secret`, strategy: "allow-create" as const };
  });
  const simulator = await startSimulator({ http: {}, profiles });
  try {
    const text = `
name: inherited
target: { port: ${simulator.port} }
provisioning: { secret: "\${GROUPS_E2E_INHERITED}" }
fleet:
  count: 4
  credentials: access-token
  groups:
    - { name: meters, provisioning: { key: meters-key, secret: meters-own-secret, profile: meters } }
    - { name: cameras, provisioning: { key: cameras-key, profile: cameras } }
load: { closed: { concurrency: 1 } }
`;
    const scenario = await writeScenario(folder.path, text);
    const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
    const environment = join(folder.path, "provision.env");
    const { code, stderr } = await rollcallHere("setup", scenario, ...admin, "--generate", environment).finished;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(environment, "utf8")).toContain("export GROUPS_E2E_INHERITED='cameras-own-secret'\n");
  } finally {
    await simulator.close();
    vi.unstubAllEnvs();
  }
});

it("a wrong secret is tried for each group: one address that lets anyone in is told, whoever was called last", async () => {
  await using folder = await temporaryFolder();
  const profilesOf = (name: string) => [
    { name, key: `${name}-key`, secret: `${name}-secret`, strategy: "allow-create" as const },
  ];
  await using simulators = new AsyncDisposableStack();
  const [strict, lax] = await Promise.all(
    ["strict", "lax"].map(async (name) => {
      const simulator = await startSimulator({ profiles: profilesOf(name) });
      simulators.defer(() => simulator.close());
      return simulator;
    }),
  );
  lax?.strike([{ kind: "admits-anyone", rate: 1 }]);
  for (const [index, order] of [
    ["strict", "lax"],
    ["lax", "strict"],
  ].entries()) {
    const groups = order.map(
      (name) => `
    - name: ${name}
      provisioning: { key: ${name}-key, secret: ${name}-secret }
      target: { port: ${(name === "lax" ? lax : strict)?.port} }`,
    );
    const text = `
name: controls
fleet:
  count: 8
  groups:${groups.join("")}
load: { closed: { concurrency: 1 } }
rollCall: { concurrency: 1 }
generators: 1
`;
    const results = join(folder.path, `results-${index}`);
    const scenario = await writeScenario(folder.path, text);
    const { code } = await rollcallHere("run", scenario, "--out", results, "--quiet").finished;
    expect([4, 5]).toContain(code);
    const run = await onlyRun(results);
    const { rollCall, ledger } = await readSummary(run);
    expect(rollCall.negativeControl).toBe("admitted");
    expect(ledger.imbalances).toEqual([]);
    expect((await rollcallHere("verify", run, "--out", results).finished).code).toBe(4);
  }
});

it.each(["allow-create", "pre-provisioned"])(
  "groups that a command line gives and that have the scenario's key are of one profile of the simulator, too (%s)",
  async (strategy) => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const sets = [
      "fleet={count: 8, prefix: same, credentials: access-token, groups: [{name: meters, count: 6}, {name: gateways, count: 2}]}",
      `provisioning.strategy=${strategy}`,
      "generators=1",
    ].flatMap((set) => ["--set", set]);
    const results = join(folder.path, "results");
    const args = ["run", scenario, ...sets, "--simulate", "--preset", "instant", "--quiet", "--out", results];
    const { stderr } = await rollcallHere(...args).finished;
    expect(stderr).not.toContain("could not be started");
    const { ledger } = await readSummary(await onlyRun(results));
    expect(ledger).toMatchObject({ planned: 8, provisioned: 8, connected: 8 });
  },
);
