import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/record/plan-file.ts";
import { readRunRecord } from "../../src/runs/reconcile/run-record.ts";
import { EXIT } from "../../src/model/error.ts";
import type { Strategy } from "../../src/model/plan.ts";
import type { Summary } from "../../src/model/summary.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { requireOver } from "../../src/record/under-way.ts";
import type { SimulatorOptions } from "../../src/simulator/options.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { type RunningHere, type Said, startInProcess } from "../support/in-process.ts";
import { onlyRun, readSummary, rollcall, rollcallHere, type Running, temporaryFolder, until } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** The full proof is ROLLCALL_KILLS=10 ROLLCALL_KILL_DEVICES=5000. */
const KILLS = Number(process.env["ROLLCALL_KILLS"] ?? 3);
const DEVICES = Number(process.env["ROLLCALL_KILL_DEVICES"] ?? 400);
/** By progress, not by time, so that a busy machine reaches each of them; spread as by chance, the same every time. */
const MOMENTS = Array.from({ length: KILLS }, (_, index) => 1 + Math.floor(((index * 0.618) % 1) * 0.8 * DEVICES));
/** Much of the time is spent waiting for journals to be at rest; but all simulators are in this process. */
const atOnce = pLimit(DEVICES > 1_000 ? 2 : 3);
const PATIENCE = { timeout: 240_000 + DEVICES * KILLS * 30 };

/** What is shown is of names and counts: no deadline and no cap may come into it, however busy the machine is. */
const PATIENT = [
  "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
  "maxInFlight=10000",
  "fleet.credentials=access-token",
  "generators=1",
];
/** Nothing arrives while a busy machine makes the server or this test wait: what is open at a moment is still open a bit later. */
const CLOSED = "load={closed: {concurrency: 5}}";

/** 100 a second. */
const FIXED = { kind: "fixed", ms: 10 } as const;
const OVER_TLS: Pick<Setting, "simulator" | "port"> = {
  simulator: { tls: await createServerIdentity() },
  port: ({ tlsPort }) => tlsPort,
};
const NAMES = Array.from({ length: 700 }, (_, index) => `meter-${String(index).padStart(4, "0")}`);

interface Setting {
  readonly devices: number;
  readonly sets: readonly string[];
  readonly simulator?: Partial<SimulatorOptions>;
  readonly strategy?: Strategy;
  readonly port?: (simulator: Simulator) => number | undefined;
}

/** A run with a simulator of its own, and the folder of its results. `start`: what is killed is a process. */
async function begin<Started>(
  start: (...args: readonly string[]) => Started,
  { devices, sets, simulator: options, strategy = "allow-create", port }: Setting,
) {
  const folder = await temporaryFolder();
  const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy };
  const simulator = await startSimulator({ preset: "instant", profiles: [profile], ...options, seed: 1 });
  const scenario = await writeScenario(folder.path);
  const results = join(folder.path, "results");
  const secret = join(folder.path, "secret");
  await writeFile(secret, SECRET);
  // So slow that a busy machine has the time to kill it before its end.
  const load = [`load={constant: {rate: 100}, devices: ${devices}}`, "fleet={}", ...PATIENT, ...sets];
  const aim = ["--host", "127.0.0.1", "--port", String(port?.(simulator) ?? simulator.port), "--out", results];
  const run = start("run", scenario, ...load.flatMap((set) => ["--set", set]), ...aim, "--quiet");
  return {
    run,
    simulator,
    results,
    /** Here: what goes on needs no process of its own, as nobody kills it. */
    resume: (name: string) =>
      startInProcess(["resume", name, "--secret-file", secret, "--out", results, "--quiet", "--host", "127.0.0.1"]),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

type Begun = Pick<Awaited<ReturnType<typeof begin>>, "simulator" | "results" | "resume">;

/** The program and all its children at once, as the machine's death would. */
async function killAll({ child, finished }: Running): Promise<void> {
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  for (const each of [String(child.pid), ...children.trim().split(" ")])
    if (each !== "") process.kill(Number(each), "SIGKILL");
  await finished;
}

/** Until the server has provisioned so many; rejects if `run` ends before. */
async function reaches(
  { simulator }: Begun,
  { finished }: Pick<Running | RunningHere, "finished">,
  devices: number,
): Promise<void> {
  let over = false;
  void finished.then(() => (over = true));
  await until(() => Promise.resolve(simulator.stats().succeeded >= devices || over));
  if (simulator.stats().succeeded < devices) throw new Error(`ended too early: ${(await finished).stderr}`);
}

const made = ({ simulator }: Begun): readonly string[] => [...simulator.store.devices()].map(({ name }) => name);

/** Told to a client, or claimed and perhaps made. */
async function namesIn(run: string): Promise<ReadonlySet<string>> {
  const { names } = await readRunRecord(await readPlan(run), await openRunFolder(run), undefined);
  return new Set([...names].filter(([, standing]) => standing !== "not-made").map(([name]) => name));
}

/** For some seconds after a kill nobody can know that the run is over. */
async function isOver(run: string): Promise<void> {
  const files = await openRunFolder(run);
  await until(() =>
    requireOver(run, files, Date.now()).then(
      () => true,
      () => sleep(200, false),
    ),
  );
}

/** Goes on with `run`; gives the new run's folder. */
async function resumed(begun: Begun, run: string): Promise<{ readonly folder: string; readonly stderr: string }> {
  await isOver(run);
  const before = await readdir(begun.results);
  const ended = await begun.resume(run).finished;
  const name = (await readdir(begun.results)).find((each) => !before.includes(each));
  if (name === undefined) throw new Error(`not resumed: ${ended.stdout}${ended.stderr}`);
  return { folder: join(begun.results, name), stderr: ended.stderr };
}

/** Every device that was asked for has been provisioned, and has logged in. */
function expectWhole({ failures, rejections, ledger }: Summary): void {
  const { dropped, aborted, unreported, imbalances } = ledger;
  expect({ failures, rejections, dropped, aborted, unreported, imbalances }).toEqual({
    failures: [],
    rejections: [],
    dropped: 0,
    aborted: 0,
    unreported: 0,
    imbalances: [],
  });
  expect(ledger.connected).toBe(ledger.planned);
}

/** Kills a run at `moment` provisioned devices, resumes it, and compares all names with those that the server has; gives the end of a second resume. */
async function killAndResume(setting: Setting, moment: number): Promise<Said> {
  await using begun = await begin(rollcall, setting);
  const { simulator, results } = begun;
  await reaches(begun, begun.run, moment);
  await killAll(begun.run);
  const killed = await onlyRun(results);
  const created = made(begun);
  await isOver(killed);
  await rollcallHere("report", killed).finished;
  const before = await readSummary(killed);
  expect(before.run.state).toBe("crashed");
  expect(before.failures).toEqual([]);
  // Every device that the server has is told in the journal, or named as one that may exist.
  const known = await namesIn(killed);
  expect(created.filter((name) => !known.has(name))).toEqual([]);
  expect(before.ledger.provisioned + before.unknown.count).toBeGreaterThanOrEqual(created.length);

  const { folder } = await resumed(begun, killed);
  const after = await readSummary(folder);
  expectWhole(after);
  expect(before.ledger.provisioned + after.ledger.provisioned).toBe(setting.devices);
  // Nothing was provisioned twice, nor asked for again under a name that may exist.
  const again = await namesIn(folder);
  expect([...again].filter((name) => known.has(name))).toEqual([]);
  // What the server had been asked for before the kill it may have made afterwards.
  const ghosts = made(begun).filter((name) => !again.has(name));
  expect(ghosts.filter((name) => !known.has(name))).toEqual([]);
  expect(made(begun)).toHaveLength(ghosts.length + again.size);
  const { succeeded, ghosts: untold } = simulator.stats();
  expect(succeeded + untold.length).toBe(simulator.store.size);

  return await begun.resume(killed).finished;
}

describe("rollcall resume", () => {
  it.concurrent.each(MOMENTS)("completes a run that was killed after %i devices", PATIENCE, async (moment) => {
    const again = await atOnce(() => killAndResume({ devices: DEVICES, sets: [] }, moment));
    expect(again.stderr).toContain("resumed already");
    expect(again.code).toBe(EXIT.usage);
  });

  // Transports, loads and several generators in pairs: each kill is of a program of two and more processes, and costs its start.
  it.concurrent.each<[string, Omit<Setting, "devices">]>([
    [
      "several generators over HTTP",
      { sets: ["generators=3", "target.transport=http"], simulator: { http: {} }, port: ({ httpPort }) => httpPort },
    ],
    [
      "a closed load over CoAP",
      {
        sets: [CLOSED, "fleet.count=300", "target.transport=coap"],
        simulator: { coap: {} },
        port: ({ coapPort }) => coapPort,
      },
    ],
    [
      "a burst",
      { sets: ["load={burst: true}", "fleet.count=300"], simulator: { service: { cores: 1, provision: FIXED } } },
    ],
    [
      "phases with certificates over TLS",
      {
        sets: [
          "load=[{constant: {rate: 100}, devices: 60, warmup: true}, {constant: {rate: 100}, devices: 240, name: rest}]",
          "target.tls={insecure: true}",
          "fleet.credentials=x509",
        ],
        ...OVER_TLS,
      },
    ],
  ])("completes a run that was killed: %s", PATIENCE, async (_, setting) => {
    const again = await atOnce(() => killAndResume({ devices: 300, ...setting }, 100));
    expect(again.stderr).toContain("resumed already");
  });

  it.concurrent.each<[string, NodeJS.Signals]>([
    ["drained", "SIGINT"],
    ["aborted", "SIGTERM"],
  ])("goes on after it was %s, and goes on with what it was stopped at itself", PATIENCE, (_, signal) =>
    atOnce(async () => {
      await using begun = await begin((...args) => startInProcess(args), {
        devices: 600,
        sets: [CLOSED, "fleet.count=600"],
      });
      const { simulator, results } = begun;
      const stop = async (run: RunningHere, at: number): Promise<void> => {
        await reaches(begun, run, at);
        run.signal(signal);
        expect((await run.finished).code).toBe(EXIT.interrupted);
      };
      await stop(begun.run, 100);
      const first = await onlyRun(results);
      const second = begun.resume(first);
      await stop(second, 250);
      const name = (await readdir(results)).find((each) => join(results, each) !== first) ?? "";
      const third = await resumed(begun, join(results, name));
      const summaries = await Promise.all([first, join(results, name), third.folder].map(readSummary));
      expect(summaries.reduce((sum, { ledger }) => sum + ledger.provisioned, 0)).toBe(600);
      const { succeeded, ghosts } = simulator.stats();
      expect(succeeded + ghosts.length).toBe(simulator.store.size);
      const last = summaries.at(-1);
      if (last === undefined) throw new Error("no summary");
      expectWhole(last);
      const nothing = await begun.resume(third.folder).finished;
      expect(nothing.stdout).toContain("Nothing to resume");
      expect(nothing.code).toBe(EXIT.pass);
    }),
  );

  it.concurrent.each<[string, Partial<Setting>]>([
    ["a list", { sets: [CLOSED, `fleet.names=${JSON.stringify(NAMES)}`] }],
    [
      "devices that exist before",
      {
        sets: [
          CLOSED,
          "fleet.count=700",
          "provisioning.strategy=pre-provisioned",
          "fleet.prefix=meter",
          "fleet.name='{prefix}-{seq:4}'",
        ],
        strategy: "pre-provisioned",
        simulator: { devices: NAMES.map((name) => ({ profile: "e2e", name })) },
      },
    ],
  ])("asks under given names for those only that cannot have been provisioned: %s", PATIENCE, (_, setting) =>
    atOnce(async () => {
      await using begun = await begin(rollcall, { devices: NAMES.length, sets: [], ...setting });
      await reaches(begun, begun.run, 300);
      await killAll(begun.run);
      const killed = await onlyRun(begun.results);
      const known = await namesIn(killed);
      expect(known.size).toBeLessThan(NAMES.length);
      const { folder, stderr } = await resumed(begun, killed);
      const after = await readSummary(folder);
      expectWhole(after);
      const own = await namesIn(folder);
      expect([...known, ...own].toSorted()).toEqual(NAMES);
      expect(stderr).toMatch(/devices? may exist already and will not be asked for again: meter-/);
      expect(begun.simulator.stats().succeeded).toBeGreaterThanOrEqual(300 + own.size);
    }),
  );
});
