import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statfsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import type { RunningHere } from "../support/in-process.ts";
import { expectBalance, openPlace } from "./bus-place.ts";
import { onlyRun, readSummary, until } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

const at = (rate: number, devices: number): readonly string[] => [
  `load={constant: {rate: ${rate}}, devices: ${devices}}`,
  "fleet={}",
  "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
  "maxInFlight=10000",
  "thresholds=[]",
];
const program = natsPrograms[0];
const isRoot = process.getuid?.() === 0;

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("one machine unlike the others", () => {
  let simulator: Simulator;
  let server: NatsServer;
  const devices = (): number => [...simulator.store.devices()].length;
  /** Rejects if the run ends before. */
  async function started(count: number, run: RunningHere): Promise<void> {
    let ended = false;
    void run.finished.then(() => (ended = true));
    await until(() => Promise.resolve(ended || devices() >= count));
    if (devices() < count) throw new Error(`The run ended before:\n${(await run.finished).stderr}`);
  }
  beforeAll(async () => {
    if (program === undefined) return;
    const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
    simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    server = await startNats(program);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await simulator.close();
  });
  const two = (): readonly string[] => ["--bus", server.url, "--workers", "2", "--generators-per-worker", "1"];

  it.skipIf(!isRoot)(
    "has a full disk: its generator stops, the other goes on, and what it did not write down may exist (SKIPPED without root and nats-server)",
    async () => {
      await using here = await openPlace(simulator, at(80, 640));
      using disk = mountSmallDisk(here.dataOf("full"));
      await here.worker("full", server.url);
      await here.worker("roomy", server.url);
      const before = devices();
      const run = here.run(...two());
      await started(before + 60, run);
      disk.shrink();
      const { stderr } = await run.finished;
      expect(stderr).toMatch(/no space left|ENOSPC/i);
      const folder = await onlyRun(here.results);
      const summary = await readSummary(folder);
      expectBalance(summary);
      const [full, roomy] = ["full", "roomy"].map((name) => summary.machines?.find((each) => each.name === name));
      expect(roomy).toMatchObject({ devices: 320, provisioned: 320, unreported: 0, lostGenerators: [] });
      expect(full?.provisioned).toBeLessThan(320);
      // Each device that the server has and the ledger has not is among those that may exist.
      const made = devices() - before;
      expect(summary.ledger.provisioned + summary.unknown.count).toBeGreaterThanOrEqual(made);
    },
  );

  it("is slow: nothing is missing, and it is named with a grade of its own", async () => {
    await using here = await openPlace(simulator, at(60, 240));
    const slow = await here.workerAsProcess("slow", server.url);
    await here.worker("swift", server.url);
    const before = devices();
    const run = here.run(...two(), "--lease", "30");
    await started(before + 60, run);
    const generators = childrenOf(slow.child.pid ?? 0);
    expect(generators).toHaveLength(1);
    for (const pid of generators) process.kill(pid, "SIGSTOP");
    // The other one goes on alone meanwhile.
    await started(before + 120, run);
    for (const pid of generators) process.kill(pid, "SIGCONT");
    const { stdout } = await run.finished;
    const summary = await readSummary(await onlyRun(here.results));
    expectBalance(summary);
    expect(summary.ledger).toMatchObject({ planned: 240, provisioned: 240, connected: 240, unreported: 0 });
    expect(summary.machines?.find(({ name }) => name === "slow")?.grade).toBe("void");
    expect(summary.validity.grade).toBe("void");
    expect(stdout).toMatch(/slow \(.*void/);
  });

  it("comes late: a run waits for it before the start, and after the start it waits for the next run", async () => {
    await using here = await openPlace(simulator, at(60, 120));
    await here.worker("early", server.url);
    const before = devices();
    const run = here.run(...two());
    await run.shows("(1 of 2)");
    expect(devices()).toBe(before);
    await here.worker("second", server.url);
    await started(before + 30, run);
    await here.worker("late", server.url);
    await run.finished;
    const first = await onlyRun(here.results);
    const summary = await readSummary(first);
    expectBalance(summary);
    expect(summary.ledger).toMatchObject({ planned: 120, provisioned: 120, connected: 120 });
    expect(summary.machines?.map(({ name }) => name).toSorted()).toEqual(["early", "second"]);
    expect(await readdir(here.dataOf("late"))).toEqual([]);

    const three = ["--bus", server.url, "--workers", "3", "--generators-per-worker", "1"];
    await here.run(...three, "--set", "load={burst: {}, devices: 30}").finished;
    const second = (await readdir(here.results)).find((name) => join(here.results, name) !== first) ?? "";
    const next = await readSummary(join(here.results, second));
    expect(next.ledger).toMatchObject({ planned: 30, provisioned: 30, connected: 30 });
    expect(next.machines?.map(({ name }) => name).toSorted()).toEqual(["early", "late", "second"]);
  });
});

/** Room enough for what a run asks for beforehand. */
const DISK_BYTES = 96 * 1_024 * 1_024;

/** A file system of its own at this path; `shrink` makes it full at once, by leaving it the room that is taken. */
function mountSmallDisk(path: string): Disposable & { shrink(): void } {
  mkdirSync(path, { recursive: true });
  const mount = (...options: readonly string[]): void => {
    const { status, stderr } = spawnSync("mount", options);
    if (status !== 0) throw new Error(`no such tmpfs at ${path}: ${stderr.toString()}`);
  };
  mount("-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", path);
  return {
    shrink() {
      const { bsize, blocks, bfree } = statfsSync(path);
      mount("-o", `remount,size=${bsize * (blocks - bfree)}`, path);
    },
    // Lazily: its worker may have a file of it open until the place is closed.
    [Symbol.dispose]: () => void spawnSync("umount", ["-l", path]),
  };
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
