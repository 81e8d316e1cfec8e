import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
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
async function devicesByProfile(rest: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const ask = async (path: string, init: RequestInit): Promise<unknown> =>
    (await fetch(`${rest}/api/${path}`, init)).json();
  const login = { username: "tenant@thingsboard.org", password: "tenant" };
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
    expect(ledger).toMatchObject({ planned: 30, provisioned: 30, connected: 30 });
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
