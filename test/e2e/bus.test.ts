import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { devicesOf, openPlace, SHORT_PACE } from "./bus-place.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** Two phases, one at a declared rate; nothing in it is changed by a busy machine. */
const PLAN = [
  "load=[{name: first, burst: {}, devices: 40}, {name: second, constant: {rate: 100}, devices: 160}]",
  "fleet={seed: 7, prefix: fixed}",
  "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
  "maxInFlight=10000",
];

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

for (const program of natsPrograms) {
  describe(`a run on two workers, nats-server ${program.version}`, () => {
    let server: NatsServer;
    let simulator: Simulator;
    beforeAll(async () => {
      server = await startNats(program);
      const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
      simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    });
    afterAll(async () => {
      await simulator.close();
      await server[Symbol.asyncDispose]();
    });

    it("has the devices and intended times of a run on one machine, and its report is made again to the byte", async () => {
      await using here = await openPlace(simulator, PLAN);
      const left = await here.worker("left", server.url);
      const right = await here.worker("right", server.url);
      const shared = here.run("--bus", server.url, "--workers", "2", "--generators-per-worker", "2");
      const { stdout, stderr } = await shared.finished;
      expect(stderr).toMatch(/(left|right) on .*: \d+ cores?, rollcall .* \(2 of 2\)/);
      const run = await onlyRun(here.results);
      const { ledger, machines, validity } = await readSummary(run);
      expect(ledger).toMatchObject({ planned: 200, provisioned: 200, connected: 200, unreported: 0 });
      expect(
        machines
          ?.map(({ name, devices, provisioned, unreported }) => ({ name, devices, provisioned, unreported }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ).toEqual([
        { name: "left", devices: 100, provisioned: 100, unreported: 0 },
        { name: "right", devices: 100, provisioned: 100, unreported: 0 },
      ]);
      for (const machine of machines ?? []) expect(machine).toHaveProperty("tightest.cpuShare");
      expect(validity.signals.map(({ name }) => name)).toContain("clocks of the machines");
      expect((await readdir(run)).toSorted()).toEqual(
        expect.arrayContaining(["journal-0.ndjson", "journal-3.ndjson", "roster-0.ndjson", "workers.json"]),
      );
      expect(await readdir(run)).not.toContain("crew-key.json");

      const again = await here.command("report", run, "--out", here.results).finished;
      expect(again.stdout).toBe(stdout);

      await using alone = await openPlace(simulator, PLAN);
      await alone.run("--generators", "4", "--set", "fleet.prefix=fixed2").finished;
      const local = await devicesOf(await onlyRun(alone.results));
      const renamed = new Map([...(await devicesOf(run))].map(([seq, text]) => [seq, text.replace("fixed", "fixed2")]));
      expect(renamed).toEqual(local);
      expect(local.size).toBe(200);

      for (const worker of [left, right]) worker.signal("SIGTERM");
      expect((await left.finished).code).toBe(0);
      expect((await right.finished).code).toBe(0);
      expect(await readdir(here.dataOf("left"))).toEqual([]);
    });

    it("keeps its workers until it has their results, however long that takes", async () => {
      await using here = await openPlace(simulator, PLAN, { ...SHORT_PACE, release: 1 });
      await here.worker("patient", server.url);
      const own = ["--workers", "1", "--generators-per-worker", "1", "--set", "fleet.prefix=fixed4"];
      const { stderr } = await here.run("--bus", server.url, ...own).finished;
      expect(stderr).not.toContain("is lost");
      expect((await readSummary(await onlyRun(here.results))).ledger).toMatchObject({
        provisioned: 200,
        unreported: 0,
      });
      await vi.waitFor(async () => expect(await readdir(here.dataOf("patient"))).toEqual([]), { timeout: 60_000 });
    });

    it("leaves no secret in clear on the bus, and nothing of the run when it is over", async () => {
      await using own = await startNats(program);
      await using here = await openPlace(simulator, PLAN);
      await here.worker("only", own.url);
      await here.run("--bus", own.url, "--workers", "1", "--set", "fleet.prefix=fixed3").finished;
      const run = await onlyRun(here.results);
      const roster = await readFile(join(run, "roster-0.ndjson"), "utf8");
      const token = /"(?:token|password)":"([^"]+)"/.exec(roster)?.[1] ?? "no secret in the roster";
      const stored = await everyFileOf(own.store);
      expect(stored.some((bytes) => bytes.includes("rollcall.places"))).toBe(true);
      expect(stored.filter((bytes) => bytes.includes(token) || bytes.includes(SECRET))).toEqual([]);
      const names = (await readdir(join(own.store, "jetstream", "$G", "streams"))).toSorted();
      expect(names).toEqual(["KV_rollcall-alive", "ROLLCALL-PLACES"]);
    });
  });
}

async function everyFileOf(folder: string): Promise<readonly Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name))));
}

describe("bus options", () => {
  it.each([
    [["--workers", "2"], "--workers needs --bus."],
    [["--bus", "nats://127.0.0.1:1"], "--bus needs --workers."],
    [["--bus", "nats://u:p@127.0.0.1:1", "--workers", "1"], "list of processes"],
    [["--bus", "http://127.0.0.1:1", "--workers", "1"], "nats:// or tls://"],
    [
      ["--bus", "localhost:4222", "--workers", "1"],
      "--bus localhost:4222: that is no address.\nWrite nats://localhost:4222.",
    ],
    [
      ["--bus", "nats:/localhost:4222", "--workers", "1"],
      "--bus nats:/localhost:4222: that is no address.\nGive one like",
    ],
    [["--bus", "nats://127.0.0.1:1", "--workers", "0"], "--workers 0"],
    [["--bus", "", "--workers", "1"], "--bus has no address.\nGive one like nats://host:4222."],
    [
      ["--bus", "nats://127.0.0.1:1", "--workers", "1"],
      "No bus at nats://127.0.0.1:1: connection refused.\nStart one: nats-server -js",
    ],
    [
      ["--bus", "nats://nobody.invalid:1", "--workers", "1"],
      "No bus at nats://nobody.invalid:1: nobody here knows a host of that name.\nCheck the host's name.",
    ],
    [
      ["--bus", "nats://127.0.0.1:1", "--workers", "1", "--bus-creds", "/nowhere/c"],
      "--bus-creds: there is no file /nowhere/c.",
    ],
    [["--bus", "nats://127.0.0.1:1", "--workers", "1", "--bus-cert", "c"], "--bus-cert needs --bus-key."],
  ])("%j: one clear error, exit code 2", async (options, message) => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    await writeFile(join(folder.path, "x"), "");
    const { code, stderr } = await rollcallHere("run", scenario, "--host", "127.0.0.1", ...options).finished;
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(2);
  });
});
