import { EventEmitter } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import type { KeySource } from "../../src/cli/keys.ts";
import { ROLLCALL_VERSION } from "../../src/model/version.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { openBus } from "../../src/workers/bus/connection.ts";
import { createKeyPair } from "../../src/workers/bus/seal.ts";
import { keepCrewFile } from "../../src/workers/crew/crew-file.ts";
import { serveRuns } from "../../src/workers/crew/worker.ts";
import { receiveOtlp, runIdOf, totalOf } from "../support/otlp-receiver.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { openPlace, type Place } from "./bus-place.ts";
import { onlyRun, readSummary, until } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

/** Nothing in it is changed by a busy machine. */
const PATIENT = ["timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}", "maxInFlight=10000", "thresholds=[]"];
const PLAN = ["load={constant: {rate: 100}, devices: 60}", "fleet={}", ...PATIENT];
const program = natsPrograms[0];

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("commands over a bus (SKIPPED without root and nats-server)", () => {
  let simulator: Simulator;
  let server: NatsServer;
  let here: Place;
  let two: readonly string[];
  beforeAll(async () => {
    if (program === undefined) return;
    const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
    simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    server = await startNats(program);
    here = await openPlace(simulator, PLAN);
    two = ["--bus", server.url, "--workers", "2", "--generators-per-worker", "1", "--wait", "60"];
    await here.worker("left", server.url);
    await here.worker("right", server.url);
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await simulator.close();
  });

  it("doctor asks each worker for its files, ports, memory, folder, way to the target and clock, and lets it go", async () => {
    const { code, stdout, stderr } = await here.doctor("--format", "json", ...two).finished;
    const { findings } = JSON.parse(stdout) as {
      readonly findings: readonly { readonly section: string; readonly check: string; readonly state: string }[];
    };
    const asked = findings.filter(({ section }) => section === "WORKERS");
    const checks = ["open files", "local ports", "memory", "results", "target", "clock"];
    expect(asked.map(({ check }) => check).toSorted()).toEqual(
      ["left", "right"].flatMap((name) => checks.map((check) => `${name}: ${check}`)).toSorted(),
    );
    expect(asked.filter(({ state }) => state !== "ok")).toEqual([]);
    // This machine makes no load: only what it keeps is looked at.
    expect(findings.filter(({ section }) => section === "THIS MACHINE").map(({ check }) => check)).toEqual(["results"]);
    expect(stderr).toContain("(2 of 2)");
    expect(code).toBe(0);
    expect(await readdir(here.dataOf("left"))).toEqual([]);
    const text = await here.doctor(...two).finished;
    expect(text.stdout).toMatch(/WORKERS +what each machine has for its share/);
  });

  it("doctor names the worker whose machine cannot do its share", async () => {
    const load = ["--set", "load={burst: {}, devices: 400000}", "--set", "maxInFlight=400000"];
    const { code, stdout } = await here.doctor("--format", "json", ...two, ...load).finished;
    const { findings } = JSON.parse(stdout) as {
      readonly findings: readonly { readonly check: string; readonly state: string; readonly fix: string }[];
    };
    const wrong = findings.filter(({ check, state }) => state === "problem" && check.includes(": "));
    expect(wrong.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["left: local ports", "right: local ports"]),
    );
    for (const { fix } of wrong) expect(fix).not.toBe("");
    expect(code).toBe(2);
  });

  it("doctor says what it found of the server where workers are missing, or there is no bus", async () => {
    const missing = await here.doctor(...two.with(3, "3").with(two.length - 1, "1")).finished;
    expect(missing.stdout).toMatch(/ok +protocol/);
    expect(missing.stdout.replaceAll(/\s+/g, " ")).toContain("PROBLEM workers 2 of 3 workers had come → Start");
    expect(missing.code).toBe(2);
    const gone = await here.doctor(...two.with(1, "nats://127.0.0.1:1")).finished;
    expect(gone.stdout.replaceAll(/\s+/g, " ")).toContain(
      "PROBLEM bus No bus at nats://127.0.0.1:1: connection refused → Start one",
    );
    expect(gone.code).toBe(2);
  });

  it("calibrate measures each worker against a responder beside it, and their next run shows that floor", async () => {
    await using own = await openPlace(simulator, PLAN);
    const sent = simulator.stats().requests;
    const { code, stdout, stderr } = await own.calibrate(...two).finished;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("(2 of 2)") });
    expect(stdout).toMatch(/The floor of this plan on \d+ x .+ \(2 machines\) with 2 generators/);
    expect(stdout).toContain("runs of this plan on such machines show it");
    expect(simulator.stats().requests).toBe(sent);
    await own.run(...two).finished;
    const { calibration } = await readSummary(await onlyRun(own.results));
    expect(calibration?.differences).toEqual([]);
    expect(await readdir(here.dataOf("left"))).toEqual([]);
  });

  it("calibrate has a background too: the responder of each worker knows the devices of its share", async () => {
    const background = "background={connectRate: 1000, devices: 10, every: 50ms, settle: 50ms}";
    await using own = await openPlace(simulator, [...PLAN, background]);
    const sent = simulator.stats().requests;
    const { code, stdout, stderr } = await own.calibrate(...two, "--keep-run").finished;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("Making the background first") });
    expect(stdout).toContain("runs of this plan on such machines show it");
    expect(simulator.stats().requests).toBe(sent);
    const runs = (await readdir(own.results)).map((name) => join(own.results, name));
    const summaries = await Promise.all(runs.map(readSummary));
    const devices = summaries.flatMap((summary) => summary.background?.devices ?? []);
    expect(devices).toMatchObject([{ asked: 10, connected: 10, unreported: 0 }]);
    for (const name of ["left", "right"]) {
      await vi.waitFor(async () => expect(await readdir(here.dataOf(name))).toEqual([]), { timeout: 60_000 });
    }
  });

  it("verify calls each device of an earlier run from the workers, and says who is absent", async () => {
    await using own = await openPlace(simulator, PLAN);
    await own.run().finished;
    const run = await onlyRun(own.results);
    const sent = simulator.stats().requests;
    const present = await own.command("verify", run, ...two).finished;
    expect(present).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Passed: all 60 devices are present."),
      stderr: expect.stringContaining("(2 of 2)"),
    });
    expect(present.stdout).toContain("wrong credentials: refused, as they must be");
    expect(simulator.stats().requests).toBe(sent);
    const gone = [...simulator.store.devices()].at(-1);
    if (gone === undefined) throw new Error("the server has no device");
    simulator.store.removeDevice(gone);
    const absent = await own.command("verify", run, ...two).finished;
    expect(absent).toMatchObject({ code: 4, stdout: expect.stringContaining("Failed: 1 of 60 devices are absent.") });
    expect(absent.stdout).toContain(`  ${gone.name}: `);
    // Neither rosters nor journals stay on a worker.
    expect(await readdir(here.dataOf("left"))).toEqual([]);
    expect(await readdir(here.dataOf("right"))).toEqual([]);
  });

  it("verify has each device say what its run had it say, so that a later look still finds that", async () => {
    await using own = await openPlace(simulator, [...PLAN, "rollCall.proof=telemetry"]);
    const before = new Set(simulator.store.devices());
    await own.run().finished;
    const run = await onlyRun(own.results);
    const { id } = (await readSummary(run)).run;
    const said = (): readonly unknown[] =>
      [...simulator.store.devices()]
        .filter((device) => !before.has(device))
        .map(({ values }) => values.telemetry.get("rollcall"));
    for (const { values } of simulator.store.devices()) values.telemetry.clear();
    const verified = await own.command("verify", run, ...two).finished;
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("all 60 devices are present") });
    expect(said()).toEqual(Array.from({ length: 60 }, () => id));
  });

  it("run shows all of it to who collects metrics: the generators of each worker", async () => {
    await using own = await openPlace(simulator, PLAN);
    await using receiver = await receiveOtlp();
    await own.run("--otlp", receiver.url, ...two).finished;
    const last = receiver.messages().at(-1);
    expect(totalOf(last, "rollcall_devices_started_total")).toBe(60);
    expect(last?.get("rollcall_devices_started_total")?.sum?.dataPoints).toHaveLength(2);
    expect(totalOf(last, "rollcall_logins_total")).toBe(60);
    const { run } = await readSummary(await onlyRun(own.results));
    expect(last === undefined ? undefined : runIdOf(last)).toBe(run.id);
  });

  it("run hears the keys of its terminal: the workers pause at one instant, go on, and faster", async () => {
    await using own = await openPlace(simulator, ["load={constant: {rate: 20}, devices: 160}", "fleet={}", ...PATIENT]);
    const before = [...simulator.store.devices()].length;
    const keys = createKeys();
    const run = own.watched(keys.source, ...two);
    await until(() => Promise.resolve([...simulator.store.devices()].length >= before + 4));
    keys.press("p");
    await run.shows("Paused at");
    for (const _ of [1.25, 1.5, 2, 3, 5]) keys.press("+");
    await run.finished;
    const summary = await readSummary(await onlyRun(own.results));
    expect(summary.ledger).toMatchObject({ planned: 160, provisioned: 160, connected: 160 });
    expect(summary.tempo?.map(({ speed }) => speed)).toEqual([0, 1.25, 1.5, 2, 3, 5]);
    // One instant of all, though each worker has a clock of its own.
    expect(summary.validity.warnings.join(" ")).toContain("The load was changed by hand: paused at");
  });

  it("repeat makes each of its runs on the workers", async () => {
    await using own = await openPlace(simulator, PLAN);
    await own.other("repeat", "--times", "2", "--cool-down", "0", ...two).finished;
    const runs = await summariesOf(join(own.results, await onlyName(own.results)));
    // One that a busy machine made void is made again.
    expect(runs.length).toBeGreaterThanOrEqual(2);
    for (const { ledger, machines } of runs) {
      expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60 });
      expect(machines?.map(({ name }) => name).toSorted()).toEqual(["left", "right"]);
    }
  });

  it.each(["as told", "by their cores"])(
    "search makes each of its trials on the workers, generators %s",
    async (how) => {
      await using own = await openPlace(simulator, PATIENT);
      const crew = how === "as told" ? two : two.toSpliced(two.indexOf("--generators-per-worker"), 2);
      const options =
        "--start=20 --highest=40 --duration=1 --resolution=0.9 --confirmations=1 --cool-down=0 --most-trials=3";
      const { code, stderr } = await own.other("search", ...options.split(" "), "--criterion=failureRate<1%", ...crew)
        .finished;
      // 5, 6: a machine that is busy with other work says that it could not make the load.

      expect({ code, stderr }).toMatchObject({ code: expect.toBeOneOf([0, 5, 6]) });
      const trials = await summariesOf(join(own.results, await onlyName(own.results)));
      expect(trials.length).toBeGreaterThan(0);
      for (const { ledger, machines } of trials) {
        // A machine that is busy with other work may drop some at its cap, and says so.
        expect(ledger.provisioned + ledger.dropped).toBe(ledger.planned);
        expect(machines?.map(({ name }) => name).toSorted()).toEqual(["left", "right"]);
      }
    },
  );

  it("a threshold that may do so stops the load of every worker, with results, the exit code of any run and its name", async () => {
    const brake = "thresholds=[{threshold: failureRate < 10%, abort: true}]";
    const load = "load={constant: {rate: 40}, devices: 4000}";
    await using own = await openPlace(simulator, [load, "fleet={}", ...PATIENT.slice(0, 2), brake]);
    simulator.strike([{ kind: "close", rate: 0.5 }]);
    const { code, stdout } = await own.run(...two).finished.finally(() => simulator.strike([]));
    const run = await onlyRun(own.results);
    const summary = await readSummary(run);
    expect(summary).toMatchObject({
      run: { state: "interrupted", stoppedBy: { threshold: "failureRate < 10%", limit: 0.1 } },
      ledger: { planned: 4_000, unreported: 0, imbalances: [] },
      thresholds: [{ passed: false }],
    });
    expect(summary.ledger.dropped).toBeGreaterThan(0);
    // A machine that is busy with other work may make the generators unfit to measure, which goes before.
    expect([3, 5]).toContain(code);
    expect(stdout).toContain("the run was stopped by its threshold failureRate < 10%");
    // Each of the two has ended in an orderly way, long before its last device was due.
    const { journals } = await openRunFolder(run);
    expect(journals).toHaveLength(2);
    for (const { path } of journals) {
      const ends = new Map<string, number>();
      for await (const line of readJournal(path)) {
        const end = line.kind === "outcome" ? line.outcome.result.state : line.kind;
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      expect(ends.get("footer")).toBe(1);
      expect(ends.get("failed")).toBeGreaterThan(0);
      expect(ends.get("dropped")).toBeGreaterThan(0);
    }
    const again = await own.command("report", run, "--full").finished;
    expect(again).toMatchObject({ code, stdout: expect.stringContaining("stopped by its own threshold") });
  });

  it("resume provisions on the workers what a run on them left open", async () => {
    await using own = await openPlace(simulator, ["load={constant: {rate: 40}, devices: 120}", "fleet={}", ...PATIENT]);
    const before = [...simulator.store.devices()].length;
    const run = own.run(...two);
    await until(() => Promise.resolve([...simulator.store.devices()].length >= before + 20));
    run.signal("SIGTERM");
    await run.finished;
    const first = await onlyRun(own.results);
    const { ledger } = await readSummary(first);
    expect(ledger.dropped).toBeGreaterThan(0);
    const secret = join(own.folder, "secret");
    await writeFile(secret, SECRET);
    // As if a worker had been lost.
    await keepCrewFile(first, { run: "lost", keys: createKeyPair(), files: ["journal-1.ndjson"] });
    const options = ["--secret-file", secret, "--out", own.results, "--quiet", ...two];
    const { stderr } = await own.command("resume", first, ...options).finished;
    expect(stderr).toContain("note: Workers may still have results of this run. When they are back: rollcall collect");
    expect(stderr).toContain("(2 of 2)");
    const names = (await readdir(own.results)).filter((name) => join(own.results, name) !== first);
    const resumed = await readSummary(join(own.results, names[0] ?? ""));
    expect(resumed.ledger.provisioned).toBe(resumed.ledger.planned);
    expect(resumed.machines?.map(({ name }) => name).toSorted()).toEqual(["left", "right"]);
    expect(resumed.ledger.planned + ledger.provisioned).toBeLessThanOrEqual(120);
  });

  it("a worker of another version is refused, and the error names both versions", async () => {
    if (program === undefined) return;
    await using own = await startNats(program);
    const bus = await openBus({ url: own.url }, "old", undefined);
    const stop = new AbortController();
    const serving = serveRuns(
      {
        bus,
        worker: "old",
        facts: {
          name: "old-one",
          host: "h",
          rollcall: "0.0.9",
          node: "v24",
          cores: 2,
          memoryBytes: 1e9,
          os: "o",
          cpu: "c",
          openFiles: null,
          ports: null,
        },
        data: join(here.folder, "old"),
        spawn: () => {
          throw new Error("nothing is to be started");
        },
        monotonic: () => process.hrtime.bigint(),
        examine: () => Promise.resolve([]),
        respond: () => {
          throw new Error("nothing is to be aimed at");
        },
        say: () => undefined,
        onAlive: () => undefined,
      },
      stop.signal,
    );
    const sent = simulator.stats().requests;
    const { code, stderr } = await here.run("--bus", own.url, "--workers", "1", "--wait", "60").finished;
    expect(stderr).toContain(`The worker old-one runs rollcall 0.0.9, this one is ${ROLLCALL_VERSION}`);
    expect(code).toBe(2);
    expect(simulator.stats().requests).toBe(sent);
    stop.abort();
    await serving;
    await bus.close();
  });
});

/** A keyboard, pressed by the test. */
function createKeys(): { readonly source: KeySource; press(key: string): void } {
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: () => input,
    resume: () => input,
    pause: () => input,
  });
  return {
    source: {
      input,
      isInForeground: () => true,
      send: () => undefined,
      onContinue: () => ({ [Symbol.dispose]: () => undefined }),
    },
    press: (key) => void input.emit("data", Buffer.from(key)),
  };
}

/** Of the runs of a series. */
async function summariesOf(series: string) {
  const entries = await readdir(series, { withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isDirectory()).map(({ name }) => readSummary(join(series, name))));
}

async function onlyName(folder: string): Promise<string> {
  const [name = "", ...more] = await readdir(folder);
  expect(more).toEqual([]);
  return name;
}
