import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { natsPrograms, startNats } from "../support/nats-server.ts";
import { startRelay } from "../support/relay.ts";
import { expectBalance, openPlace } from "./bus-place.ts";
import { onlyRun, readSummary, until } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

/** 150 devices, at a rate at which something can break in the middle of it. */
const at = (rate: number): readonly string[] => [
  `load={constant: {rate: ${rate}}, devices: 150}`,
  "fleet={}",
  "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
  "maxInFlight=10000",
  "thresholds=[]",
];
/** For what goes on to its end whatever breaks. */
const QUICK = at(50);
/** For what ends before its time: six leases long. */
const LONG = at(12.5);
/** A lease ends in the middle of it. */
const STEADY = at(20);
const LEASE = ["--lease", "2"];

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

for (const program of natsPrograms) {
  describe(`when things break, nats-server ${program.version}`, () => {
    let simulator: Simulator;
    const started = async (count: number): Promise<boolean> => (await devices()) >= count;
    const devices = async (): Promise<number> => [...simulator.store.devices()].length;
    beforeAll(async () => {
      const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
      simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    });
    afterAll(() => simulator.close());

    it("a worker is killed: its devices are unreported and may exist, the others go on, collect fetches the rest", async () => {
      await using server = await startNats(program);
      await using here = await openPlace(simulator, QUICK);
      await here.worker("stays", server.url);
      const goes = await here.workerAsProcess("goes", server.url);
      const before = await devices();
      const run = here.run("--bus", server.url, "--workers", "2", "--generators-per-worker", "1", ...LEASE);
      await until(() => started(before + 60));
      goes.child.kill("SIGKILL");
      const { stderr } = await run.finished;
      expect(stderr).toContain("worker goes is lost: nothing was heard of it for 2 s");
      const folder = await onlyRun(here.results);
      expect(stderr).toMatch(/^not fetched: roster-\d\.ndjson, journal-\d\.ndjson\. /m);
      expect(stderr).toContain(`When their workers are back: rollcall collect ${folder} --bus ${server.url}\n`);
      const summary = await readSummary(folder);
      expectBalance(summary);
      const [lost, whole] = ["goes", "stays"].map((name) => summary.machines?.find((each) => each.name === name));
      expect(whole).toMatchObject({ devices: 75, provisioned: 75, unreported: 0, lostGenerators: [] });
      expect(lost?.unreported).toBeGreaterThan(0);
      expect(lost?.lostGenerators).toHaveLength(1);
      expect(summary.ledger.unreported).toBe(lost?.unreported);
      // What it had begun unheard may exist: all that it did not report is named as such.
      expect(summary.unknown.count).toBe(lost?.unreported);

      await here.worker("goes", server.url);
      const early = await here.command("report", folder, "--out", here.results, "--exit-zero").finished;
      expect(early.stderr).toContain(`rollcall collect ${folder} --bus nats://`);
      const collected = await here.command("collect", folder, "--bus", server.url, "--out", here.results).finished;
      expect(collected.stderr).toContain("goes keeps 2 files of this run");
      expect(collected.stderr).toContain("All results of the workers are here.");
      const after = await readSummary(folder);
      expectBalance(after);
      // The generator of a worker that was killed ends by itself, and writes down what became of each of its devices.
      expect(after.ledger.unreported).toBe(0);
      expect(await readdir(here.dataOf("goes"))).toEqual([]);
      expect(await readdir(folder)).not.toContain("crew-key.json");
      const again = await here.command("report", folder).finished;
      expect(again.stdout).toBe(collected.stdout);
    });

    it("the coordinator is killed: the load ends with its lease, and collect makes the run whole", async () => {
      await using server = await startNats(program);
      await using here = await openPlace(simulator, LONG);
      const worker = await here.worker("one", server.url);
      const before = await devices();
      const run = here.runAsProcess("--bus", server.url, "--workers", "1", "--generators-per-worker", "1", ...LEASE);
      await until(() => started(before + 30));
      run.child.kill("SIGKILL");
      await worker.shows("over for this worker (its coordinator: nothing was heard of it for");
      const made = (await devices()) - before;
      expect(made).toBeLessThan(150);
      await worker.shows("waiting for a run");
      const folder = await onlyRun(here.results);
      const collected = await here.command("collect", folder, "--bus", server.url, "--out", here.results).finished;
      expect(collected.stderr).toContain("one keeps 2 files of this run");
      const summary = await readSummary(folder);
      expectBalance(summary);
      expect(summary.run.state).toBe("interrupted");
      // One that was in flight at the abort may have been made, and is named as such.
      expect(summary.ledger.provisioned).toBeLessThanOrEqual(made);
      expect(summary.ledger.provisioned + summary.unknown.count).toBeGreaterThanOrEqual(made);
      expect((await devices()) - before).toBe(made);
      expect(await readdir(here.dataOf("one"))).toEqual([]);
    });

    it("the bus is killed and started again within the lease: nothing is missing", async () => {
      await using server = await startNats(program);
      await using here = await openPlace(simulator, QUICK);
      await here.worker("left", server.url);
      await here.worker("right", server.url);
      const before = await devices();
      const run = here.run("--bus", server.url, "--workers", "2", "--generators-per-worker", "1", "--lease", "20");
      await until(() => started(before + 50));
      await server.kill();
      await until(() => started(before + 70));
      await server.restart();
      const { stderr } = await run.finished;
      expect(stderr).toMatch(/the bus is gone; trying again[^]*the bus is back/);
      const summary = await readSummary(await onlyRun(here.results));
      expectBalance(summary);
      expect(summary.ledger).toMatchObject({ planned: 150, provisioned: 150, connected: 150 });
      expect(summary.run.state).toBe("complete");
    });

    it("the bus is gone for good: the load ends by itself, and the run says what it does not know", async () => {
      const server = await startNats(program);
      await using here = await openPlace(simulator, LONG);
      const worker = await here.worker("one", server.url);
      const before = await devices();
      const run = here.run("--bus", server.url, "--workers", "1", "--generators-per-worker", "1", ...LEASE);
      await until(() => started(before + 30));
      await server[Symbol.asyncDispose]();
      await worker.shows("its results are kept in");
      expect((await devices()) - before).toBeLessThan(150);
      const { code } = await run.finished;
      expect(code).not.toBe(0);
      const summary = await readSummary(await onlyRun(here.results));
      expectBalance(summary);
      expect(summary.run.state).toBe("crashed");
      expect(summary.ledger.unreported).toBeGreaterThan(0);
    });

    it("a worker is cut off for less than its lease: the run does not notice", async () => {
      await using server = await startNats(program);
      await using relay = await startRelay({ host: "127.0.0.1", port: server.port });
      await using here = await openPlace(simulator, QUICK);
      await here.worker("near", server.url);
      await here.worker("far", `nats://127.0.0.1:${relay.port}`);
      const before = await devices();
      const run = here.run("--bus", server.url, "--workers", "2", "--generators-per-worker", "1", "--lease", "30");
      await until(() => started(before + 50));
      relay.cut();
      await until(() => started(before + 75));
      relay.mend();
      await run.finished;
      const summary = await readSummary(await onlyRun(here.results));
      expectBalance(summary);
      expect(summary.ledger).toMatchObject({ planned: 150, provisioned: 150, connected: 150 });
    });

    it("a worker is cut off for longer than its lease: it stops by itself, and is told apart", async () => {
      await using server = await startNats(program);
      await using relay = await startRelay({ host: "127.0.0.1", port: server.port });
      await using here = await openPlace(simulator, STEADY);
      await here.worker("near", server.url);
      const far = await here.worker("far", `nats://127.0.0.1:${relay.port}`);
      const before = await devices();
      const run = here.run("--bus", server.url, "--workers", "2", "--generators-per-worker", "1", ...LEASE);
      await until(() => started(before + 50));
      relay.cut();
      await far.shows("its results are kept in");
      relay.mend();
      const { stderr } = await run.finished;
      expect(stderr).toContain("worker far is lost");
      const folder = await onlyRun(here.results);
      const summary = await readSummary(folder);
      expectBalance(summary);
      expect(summary.machines?.find(({ name }) => name === "near")).toMatchObject({ provisioned: 75, unreported: 0 });
      await here.command("collect", folder, "--bus", server.url).finished;
      const after = await readSummary(folder);
      expectBalance(after);
      expect(after.ledger.unreported).toBe(0);
      expect(after.run.state).toBe("interrupted");
    });

    it("two coordinators on one bus with one worker: the second gets it when the first has ended", async () => {
      await using server = await startNats(program);
      await using first = await openPlace(simulator, QUICK);
      await using second = await openPlace(simulator, QUICK);
      await first.worker("only", server.url);
      const bus = ["--bus", server.url, "--workers", "1", "--generators-per-worker", "1", "--wait", "100"];
      await Promise.all([first, second].map((place) => place.run(...bus).finished));
      for (const { results } of [first, second]) {
        const { ledger, machines } = await readSummary(await onlyRun(results));
        expect(ledger).toMatchObject({ provisioned: 150, connected: 150 });
        expect(machines?.map(({ name }) => name)).toEqual(["only"]);
      }
    });

    it("two coordinators on one bus: each gets its own worker", async () => {
      await using server = await startNats(program);
      await using first = await openPlace(simulator, QUICK);
      await using second = await openPlace(simulator, QUICK);
      await first.worker("a", server.url);
      await first.worker("b", server.url);
      const bus = ["--bus", server.url, "--workers", "1", "--generators-per-worker", "1"];
      const runs = [first.run(...bus), second.run(...bus)];
      await Promise.all(runs.map(({ finished }) => finished));
      const summaries = await Promise.all(
        [first, second].map(async (place) => readSummary(await onlyRun(place.results))),
      );
      for (const summary of summaries) expect(summary.ledger).toMatchObject({ provisioned: 150, connected: 150 });
      const names = summaries.flatMap(({ machines = [] }) => machines.map(({ name }) => name));
      expect(new Set(names)).toEqual(new Set(["a", "b"]));
      const rosters = await Promise.all(
        [first, second].map(async (place) => readFile(`${await onlyRun(place.results)}/roster-0.ndjson`, "utf8")),
      );
      expect(rosters[0]).not.toBe(rosters[1]);
    });

    it("stops the others with --on-worker-loss stop", async () => {
      await using server = await startNats(program);
      await using here = await openPlace(simulator, QUICK);
      await here.worker("stays", server.url);
      const goes = await here.workerAsProcess("goes", server.url);
      const before = await devices();
      const options = ["--workers", "2", "--generators-per-worker", "1", "--on-worker-loss", "stop", ...LEASE];
      const run = here.run("--bus", server.url, ...options);
      await until(() => started(before + 30));
      goes.child.kill("SIGKILL");
      await run.finished;
      const summary = await readSummary(await onlyRun(here.results));
      expectBalance(summary);
      const stays = summary.machines?.find(({ name }) => name === "stays");
      expect(stays?.lostGenerators).toEqual([]);
      expect(summary.ledger.dropped).toBeGreaterThan(0);
    });
  });
}
