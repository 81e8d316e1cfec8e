import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readAfterwards } from "../../src/record/afterwards-file.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { expectBalance, openPlace, type Place } from "./bus-place.ts";
import { onlyRun, readSummary } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

const PATIENT = "{connect: 4m, accept: 4m, answer: 4m, login: 4m}";
const program = natsPrograms[0];

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("what a plan asks of two workers (SKIPPED without nats-server)", () => {
  let server: NatsServer;
  let simulator: Simulator;
  let workers: Place;
  let two: readonly string[];
  beforeAll(async () => {
    if (program === undefined) return;
    server = await startNats(program);
    two = ["--bus", server.url, "--workers", "2", "--generators-per-worker", "1", "--quiet"];
    workers = await openPlace({ port: 1 }, []);
    await workers.worker("left", server.url);
    await workers.worker("right", server.url);
  });
  afterAll(async () => {
    await workers[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
    const named = (name: string) => ({ name, key: `${name}-key`, secret: SECRET, strategy: "allow-create" }) as const;
    const profiles = ["e2e", "meters", "cameras"].map(named);
    simulator = await startSimulator({ preset: "instant", profiles, seed: 1, http: {} });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await simulator.close();
  });

  const administrator = (): readonly string[] => [
    "--admin-url",
    `http://127.0.0.1:${simulator.httpPort}`,
    "--admin-user",
    "tenant@thingsboard.org",
  ];

  it("groups: each with its key over its transport, counted and judged by itself, called and reconciled", async () => {
    await using here = await openPlace(simulator, []);
    const group = (name: string, count: number, transport: string, port: number | undefined): string =>
      `{ name: ${name}, count: ${count}, credentials: access-token, provisioning: { key: ${name}-key, secret: ${SECRET} }, target: { transport: ${transport}, port: ${port} } }`;
    const scenario = await writeScenario(
      here.folder,
      `
name: kinds
fleet:
  count: 30
  groups:
    - ${group("meters", 21, "mqtt", simulator.port)}
    - ${group("cameras", 9, "http", simulator.httpPort)}
load: { closed: { concurrency: 6 } }
timeouts: ${PATIENT}
rollCall: { proof: telemetry }
thresholds:
  - connected{group:cameras} == 9
  - provisioned{group:meters} == 20
`,
    );
    const out = ["--out", here.results];
    const made = await here.command("run", scenario, ...out, ...two, ...administrator()).finished;
    expect([3, 5], `${made.stdout}\n${made.stderr}`).toContain(made.code);
    const run = await onlyRun(here.results);
    const summary = await readSummary(run);
    expectBalance(summary);
    expect(summary.groups?.map(({ group: name, planned, connected }) => [name, planned, connected])).toEqual([
      ["meters", 21, 21],
      ["cameras", 9, 9],
    ]);
    expect(summary.machines?.map(({ devices }) => devices)).toEqual([15, 15]);
    expect(summary.thresholds.map(({ passed, measured }) => [passed, measured])).toEqual([
      [true, 9],
      [false, 21],
    ]);
    expect(made.stdout).toMatch(/meters +mqtt +21 +21 +21/);
    expect(made.stdout).not.toContain(SECRET);
    expect(summary.server?.reconciliation?.stored).toMatchObject({ asked: 20, missing: { count: 0 } });

    const verified = await here.command("verify", run, ...two.slice(0, -1)).finished;
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("all 30 devices are present") });
    const later = await here.command("reconcile", run, ...administrator(), "--settle", "1s").finished;
    expect(later.code, `${later.stdout}\n${later.stderr}`).toBe(0);
    const [record] = await readAfterwards(run);
    expect(record).toMatchObject({ reconciliation: { present: 30, stored: { asked: 20, missing: [] } } });
  });

  it("retry: devices that got no answer ask again, and what became of each attempt is told", async () => {
    simulator.strike([{ kind: "ghost", rate: 0.5 }]);
    await using here = await openPlace(simulator, [
      "provisioning.key=e2e-key",
      "fleet={count: 40, credentials: access-token, retry: { attempts: 3, backoff: 20ms, jitter: 50% }}",
      "timeouts={connect: 4m, accept: 4m, answer: 1s, login: 4m}",
      "load={burst: true}",
      "thresholds=[]",
    ]);
    await here.run(...two, ...administrator()).finished;
    const summary = await readSummary(await onlyRun(here.results));
    expectBalance(summary);
    const { retries, ledger, server: asked } = summary;
    expect(ledger).toMatchObject({ planned: 40, started: 40, imbalances: [] });
    expect(retries?.attempts[0]?.begun).toBe(40);
    expect(retries?.attempts[1]?.begun).toBeGreaterThan(0);
    expect(retries?.ghostsMet.count).toBeGreaterThan(0);
    // Whom the server has and nobody was told of, as its administrator sees it.
    expect(asked?.reconciliation?.ghosts.count).toBe([...simulator.store.devices()].length - ledger.provisioned);
  });

  it("a background: each worker keeps its share of the earlier run's sessions, and none of their credentials", async () => {
    const credentials = "provisioning.key=e2e-key";
    await using before = await openPlace(simulator, [credentials, "fleet.count=20", "thresholds=[]"]);
    await before.run().finished;
    const earlier = await onlyRun(before.results);
    const taken = simulator.stats().messages;
    await using here = await openPlace(simulator, [
      credentials,
      `background={roster: ${earlier}, connectRate: 1000, devices: 15, every: 100ms, settle: 300ms}`,
      "load={constant: {rate: 100}, devices: 40}",
      "fleet={}",
      `timeouts=${PATIENT}`,
      "thresholds=[background.connected == 15]",
    ]);
    const { stdout } = await here.run(...two, "--full").finished;
    const summary = await readSummary(await onlyRun(here.results));
    expectBalance(summary);
    const { background, ledger, thresholds } = summary;
    expect(ledger).toMatchObject({ planned: 40, provisioned: 40, connected: 40 });
    expect(background?.devices).toMatchObject({ asked: 15, connected: 15, unreported: 0 });
    expect(background?.messages.acknowledged).toBe(simulator.stats().messages - taken);
    expect(background?.messages).toMatchObject({ timedOut: 0, lost: 0, offline: 0, unreported: 0 });
    expect(background?.stages.map(({ name }) => name)).toEqual(["before", "load", "roll call", "after"]);
    expect(background?.imbalances).toEqual([]);
    expect(thresholds.map(({ passed }) => passed)).toEqual([true]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "15 of 15 devices connected before the load; no session was lost.",
    );
    expect(simulator.stats().sessions).toBe(0);
    for (const name of ["left", "right"]) {
      await vi.waitFor(async () => expect(await readdir(workers.dataOf(name))).toEqual([]), { timeout: 60_000 });
    }
  });

  it("a background that is made first: by the workers too", async () => {
    await using here = await openPlace(simulator, [
      "provisioning.key=e2e-key",
      "background={connectRate: 1000, devices: 10, every: 100ms, settle: 100ms}",
      "load={constant: {rate: 100}, devices: 20}",
      "fleet={}",
      `timeouts=${PATIENT}`,
      "thresholds=[]",
    ]);
    await here.run(...two).finished;
    const runs = (await readdir(here.results)).map((name) => join(here.results, name));
    const [made, own] = await Promise.all(runs.toSorted((a, b) => b.length - a.length).map(readSummary));
    expect(made?.ledger).toMatchObject({ planned: 10, provisioned: 10 });
    expect(own?.ledger).toMatchObject({ planned: 20, provisioned: 20, connected: 20 });
    expect(own?.background?.devices).toMatchObject({ asked: 10, connected: 10, unreported: 0 });
    for (const summary of [made, own]) expect(summary?.machines).toHaveLength(2);
  });

  it("a closed load that ends by time: both workers stop there, and what was started is all that there is", async () => {
    await using here = await openPlace(simulator, [
      "provisioning.key=e2e-key",
      "fleet={credentials: access-token}",
      `timeouts=${PATIENT}`,
      "load={closed: {concurrency: 4}, duration: 1s}",
      "thresholds=[]",
    ]);
    await here.run(...two).finished;
    const summary = await readSummary(await onlyRun(here.results));
    expectBalance(summary);
    const { ledger, machines } = summary;
    const there = [...simulator.store.devices()].map(({ name }) => name);
    expect(ledger).toMatchObject({ planned: there.length, provisioned: there.length, connected: there.length });
    expect(new Set(there).size).toBe(there.length);
    expect(machines?.reduce((sum, { devices }) => sum + devices, 0)).toBe(there.length);
    expect(machines?.every(({ unreported }) => unreported === 0)).toBe(true);
  });
});
