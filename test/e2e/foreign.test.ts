import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { ServerRecord } from "../../src/model/server-record.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { type RestProxy, startRestProxy } from "../support/rest-proxy.ts";
import { onlyRun, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** Of other people, in a profile of theirs and in that of the run. */
const METERS = ["PRODUCTION-METER-1", "PRODUCTION-METER-2", "PRODUCTION-METER-3"];
const BESIDE = ["OTHER-1"];
const FOREIGN = [...METERS, ...BESIDE];

let simulator: Simulator;
const proxies: RestProxy[] = [];

beforeEach(async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  const profile = { key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  simulator = await startSimulator({
    http: {},
    profiles: [
      { ...profile, name: "p" },
      { ...profile, name: "meters", key: "their-key" },
    ],
    devices: [
      ...METERS.map((name) => ({ profile: "meters", name })),
      ...BESIDE.map((name) => ({ profile: "p", name })),
    ],
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  await simulator.close();
});

async function through(changes: Parameters<typeof startRestProxy>[1]): Promise<RestProxy> {
  const proxy = await startRestProxy(simulator.httpPort ?? 0, changes);
  proxies.push(proxy);
  return proxy;
}

const administrator = (port: number | undefined): readonly string[] => [
  "--admin-url",
  `http://127.0.0.1:${port}`,
  "--admin-user",
  "tenant@thingsboard.org",
];
const at = (): readonly string[] => ["--host", "127.0.0.1", "--port", String(simulator.port), "--set", "thresholds=[]"];
const dropFilter = (path: string): string => path.replace(/deviceProfileId=[^&]*&?/, "");
const isList = (path: string): boolean => path.startsWith("/api/tenant/deviceInfos");
const names = (): readonly string[] => [...simulator.store.devices()].map(({ name }) => name);
const foreignLeft = (): readonly string[] => names().filter((name) => FOREIGN.includes(name));

/** A run of 60 devices under the prefix `run`, straight to the server. */
async function makeRun(folder: string, ...more: readonly string[]): Promise<string> {
  const results = join(folder, "results");
  const scenario = await writeScenario(folder);
  const set = ["--set", "fleet.prefix=run", "--out", results, "--quiet", "--generators", "1"];
  const { stderr } = await rollcallHere("run", scenario, ...at(), ...set, ...more).finished;
  expect(stderr).not.toContain("rollcall:");
  return onlyRun(results);
}

describe("a REST API that drops the filter deviceProfileId", () => {
  it("is told of by conformance before anything is made, and nothing is deleted", async () => {
    const proxy = await through({ ask: dropFilter });
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    await using folder = await temporaryFolder();
    const args = ["conformance", target, ...administrator(proxy.port), "--out", folder.path];
    const { code, stderr } = await rollcallHere(...args).finished;
    expect(stderr).toContain("The server ignores the filter deviceProfileId");
    expect(code).toBe(EXIT.usage);
    expect(proxy.deletions).toEqual([]);
    expect(names()).toEqual(FOREIGN);
    expect([...simulator.store.profiles()].filter(({ settings }) => settings.name.startsWith("rc-"))).toEqual([]);
  });

  it("is told of by conformance at its end, where it could not be seen before, and nobody's devices are deleted", async () => {
    const proxy = await through({ ask: (path) => (path.includes("ffffffff") ? path : dropFilter(path)) });
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    await using folder = await temporaryFolder();
    const args = ["conformance", target, ...administrator(proxy.port), "--out", folder.path];
    const { code, stderr } = await rollcallHere(...args).finished;
    expect(code).toBe(EXIT.rollCall);
    expect(stderr).toContain("Not all could be removed: The server ignores the filter deviceProfileId");
    expect(foreignLeft()).toEqual(FOREIGN);
  }, 60_000);

  it("stops a cleanup", async () => {
    await using folder = await temporaryFolder();
    const run = await makeRun(folder.path);
    const proxy = await through({ ask: dropFilter });
    const { code, stderr } = await rollcallHere("cleanup", run, ...administrator(proxy.port), "--yes").finished;
    expect(stderr).toContain("The server ignores the filter deviceProfileId");
    expect(code).toBe(EXIT.usage);
    expect(proxy.deletions).toEqual([]);
    expect(names()).toHaveLength(60 + FOREIGN.length);
  });
});

describe("cleanup", () => {
  it("reads each device again: one that a list shows under a name of the run stays, and is told of", async () => {
    await using folder = await temporaryFolder();
    const run = await makeRun(folder.path);
    const idOf = (name: string): string => [...simulator.store.devices()].find((each) => each.name === name)?.id ?? "";
    const [meter, other] = [idOf("PRODUCTION-METER-1"), idOf("OTHER-1")];
    const proxy = await through({
      answer: (path, body) =>
        isList(path)
          ? body
              .replaceAll(idOf("run-000000"), meter)
              .replaceAll(idOf("run-000001"), other)
              .replaceAll(idOf("run-000002"), "..")
          : body,
    });
    const { code, stdout } = await rollcallHere("cleanup", run, ...administrator(proxy.port), "--yes").finished;
    expect(stdout).toContain("Deleted 57.");
    expect(stdout).toContain("3 stay, for they are not what the list said:");
    expect(stdout).toContain("run-000000 (it is of another profile)");
    expect(stdout).toContain("run-000001 (none of this name was made here)");
    expect(stdout).toContain("run-000002 (its id is no UUID)");
    expect(code).toBe(EXIT.rollCall);
    expect(foreignLeft()).toEqual(FOREIGN);
    expect(proxy.deletions.every((path) => /^\/api\/device\/[0-9a-f-]{36}$/.test(path))).toBe(true);
  });

  it("takes no device from an edited journal", async () => {
    await using folder = await temporaryFolder();
    const run = await makeRun(folder.path);
    const file = join(run, "journal-0.ndjson");
    const text = await readFile(file, "utf8");
    const line = /^.*"name":"run-000007".*$/m.exec(text)?.[0] ?? "";
    const edited = line.replace("run-000007", "OTHER-1").replace(/"ended":\d+/, '"ended":1e16');
    await writeFile(file, text.replace(line, edited));
    const { code, stdout } = await rollcallHere("cleanup", run, ...administrator(simulator.httpPort), "--yes").finished;
    expect(stdout).toContain("Deleted 60.");
    expect(code).toBe(EXIT.pass);
    expect(foreignLeft()).toEqual(FOREIGN);
  });

  it("leaves what was there before the run, whatever the run was told of it", async () => {
    await using folder = await temporaryFolder();
    const profile = simulator.store.profileByName("tenant", "p");
    if (profile === undefined) throw new Error("no profile");
    // By its time it could be the run's own.
    const createdTime = Date.now() + 20_000;
    const own = { profile, name: "run-000003", credentials: undefined, gateway: false, createdTime };
    const device = simulator.store.createDevice(own);
    const run = await makeRun(folder.path, ...administrator(simulator.httpPort));
    const { seenBefore } = JSON.parse(await readFile(join(run, "server.json"), "utf8")) as ServerRecord;
    expect(seenBefore).toEqual([(device as { readonly id: string }).id]);
    // As if the server had said SUCCESS, and had made it within the run.
    const file = join(run, "journal-0.ndjson");
    const text = await readFile(file, "utf8");
    const refused = /"name":"run-000003".*?"result":(\{[^}]*\})/.exec(text)?.[1] ?? "";
    await writeFile(file, text.replace(refused, '{"state":"provisioned","credentialsType":"ACCESS_TOKEN"}'));
    const { code, stdout } = await rollcallHere("cleanup", run, ...administrator(simulator.httpPort), "--yes").finished;
    expect(stdout).toContain("1 with a name of the run was made by others: run-000003 (it was there before).");
    expect(code).toBe(EXIT.pass);
    expect(names()).toContain("run-000003");
  });
});

describe("setup", () => {
  it("records no profile that the server answers with in place of a new one", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const proxy = await through({
      answer: (path, body) =>
        path === "/api/deviceProfile"
          ? body.replace('"default":false', '"default":true').replace("rollcall-small", "default")
          : body,
    });
    const fresh = ["--set", "provisioning.key=fresh-key", "--out", results];
    const { code, stderr } = await rollcallHere("setup", scenario, ...at(), ...fresh, ...administrator(proxy.port))
      .finished;
    expect(stderr).toContain("answered with default, which is not that: it is the tenant's default");
    expect(code).toBe(EXIT.usage);
    await expect(readFile(join(results, "setup.ndjson"), "utf8")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("the doctor", () => {
  it("leaves a device that the server shows under the name of its own", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const meter = [...simulator.store.devices()].find(({ name }) => name === "PRODUCTION-METER-1")?.id ?? "";
    let lookups = 0;
    const proxy = await through({
      answer: (path, body) =>
        path.startsWith("/api/tenant/devices?deviceName=rollcall-doctor") && lookups++ > 0
          ? body.replace(/"id":"[0-9a-f-]{36}"/, `"id":"${meter}"`)
          : body,
    });
    const { stdout } = await rollcallHere("doctor", scenario, ...at(), ...administrator(proxy.port)).finished;
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
      /what has the name rollcall-doctor-\w+ is not what was made here, and stays: it is of another profile/,
    );
    expect(proxy.deletions).toEqual([]);
    expect(foreignLeft()).toEqual(FOREIGN);
  });
});
