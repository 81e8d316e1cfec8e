import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { readWatch } from "../../src/record/watch-file.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, SMALL, writeScenario } from "./scenario.ts";

afterEach(() => vi.unstubAllEnvs());

/** Some seconds, within which there is time for a look. */
const SECONDS = ["--set", "load={constant: {rate: 20}}", "--set", "watch.every=1s"];

it("a run that watches its server: a file, a section in every report, and not a word in the verdict", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const scenario = await writeScenario(folder.path, `${SMALL}watch: { prometheus: "http://127.0.0.1:1/metrics" }\n`);
  const { stdout, stderr } = await rollcallHere(
    "run",
    scenario,
    "--simulate",
    "--watch-server",
    "--out",
    results,
    "--full",
    ...SECONDS,
  ).finished;
  const run = await onlyRun(results);
  const summary = await readSummary(run);
  expect(stdout, `${stdout}\n${stderr}`).toContain(
    "THE SERVER ITSELF  as it says itself while the run lasts, asked every 1 s",
  );
  expect(stderr).toContain("watch.prometheus is not asked");
  expect(stdout).toMatch(/systemInfo: \d+ looks?; \d+ requests?, \d+ KiB of answers/);
  expect(summary.ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
  expect(summary.watch?.services.map(({ service, type, processors }) => [service, type, processors])).toEqual([
    ["simulator", "MONOLITH", 4],
  ]);
  expect(summary.watch?.sources).toMatchObject([{ source: "systemInfo", gaps: 0 }]);
  const records = (await readWatch(run)) ?? [];
  expect(records[0]).toMatchObject({ kind: "begin", every: 1_000_000, sources: ["systemInfo"] });
  expect((await stat(join(run, "watch.ndjson"))).mode & 0o777).toBe(0o600);
  const files = [join(run, "watch.ndjson"), join(run, "plan.json")].map((file) => readFile(file, "utf8"));
  for (const text of await Promise.all(files)) expect(text).not.toMatch(/sysadmin|"watch":/);

  const page = await rollcallHere("report", run, "--format", "html", "--exit-zero").finished;
  expect(page.stdout).toContain("The server itself");
  const markdown = await rollcallHere("report", run, "--format", "markdown", "--exit-zero").finished;
  expect(markdown.stdout).toContain("<summary>The server itself: 1 service watched");
  const exported = join(folder.path, "exported");
  await rollcallHere("export", run, "-o", exported).finished;
  expect(await readWatch(exported)).toEqual(records);
  const again = await rollcallHere("report", exported, "--format", "json", "--exit-zero").finished;
  expect((JSON.parse(again.stdout) as { watch: unknown }).watch).toEqual(summary.watch);
});

it("an endpoint that is dead costs one warning, and another tells: the run is as it would be", async () => {
  vi.stubEnv("ROLLCALL_SYSTEM_PASSWORD", "wrong-password");
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const scenario = await writeScenario(folder.path);
  const profile = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ http: {}, profiles: [profile] });
  const node = createServer((_, response) => {
    response.end('process_cpu_usage 0.5\ntransport_total{statsName="totalMsgs"} 7\n');
  });
  await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
  const live = `http://127.0.0.1:${(node.address() as AddressInfo).port}/metrics`;
  const watching = [
    `--host=127.0.0.1 --port=${simulator.port} --watch-server=systemInfo --system-user=sysadmin@thingsboard.org`,
    `--admin-url=http://127.0.0.1:${simulator.httpPort} --set=admin.username=tenant@thingsboard.org`,
    "--set=admin.url=http://127.0.0.1:1 --set=admin.password=tenant",
    `--watch-server=prometheus=${live} --watch-server=prometheus=http://127.0.0.1:1/metrics`,
  ].flatMap((line) => line.split(" "));
  try {
    const { code, stdout, stderr } = await rollcallHere(
      "run",
      scenario,
      "--out",
      results,
      "--full",
      ...watching,
      ...SECONDS,
    ).finished;
    const { ledger, watch } = await readSummary(await onlyRun(results));
    expect([0, 3, 5], `${stdout}\n${stderr}`).toContain(code);
    expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
    expect(stderr.match(/127\.0\.0\.1:1\/metrics does not tell how the server is/g)).toHaveLength(1);
    expect(stderr.match(/systemInfo does not tell how the server is/g)).toHaveLength(1);
    const [system, alive, dead] = watch?.sources ?? [];
    expect([system?.source, alive?.source, dead?.source]).toEqual(["systemInfo", live, "http://127.0.0.1:1/metrics"]);
    expect(system?.gaps).toBe(system?.looks);
    expect(dead).toMatchObject({ took: null, gaps: dead?.looks });
    expect(alive).toMatchObject({ gaps: 0, firstGap: null });
    expect(stdout).toContain("ECONNREFUSED");
    expect(`${stdout}${stderr}`).not.toContain("wrong-password");
  } finally {
    await new Promise((resolve) => node.close(resolve));
    await simulator.close();
  }
});

it("without the system administrator, or its password, nothing is begun", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const watch = ["run", scenario, "--out", folder.path, "--watch-server", "--set", "admin.url=http://127.0.0.1:1"];
  const nobody = await rollcallHere(...watch).finished;
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining("Give --system-user") as unknown });
  const half = await rollcallHere(...watch, "--system-user", "sysadmin@thingsboard.org").finished;
  expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining("ROLLCALL_SYSTEM_PASSWORD") as unknown });
  const typed = await rollcallHere("run", "--watch-server", scenario, "--simulate").finished;
  expect(typed.code).toBe(2);
});
