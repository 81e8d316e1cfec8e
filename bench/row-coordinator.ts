import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Summary } from "../src/model/summary.ts";
import { end, startBenchBus } from "./nats.ts";
import { cpuSecondsOf } from "./process-tree.ts";
import { type Conditions, PROGRAM } from "./rollcall.ts";
import { runProgram } from "./run-program.ts";
import type { Figure } from "./table.ts";

const WORKERS = 200;
/** Devices a second of each: 10,000 in all. */
const RATE = 50;
const SECONDS = 20;
const LIMIT_CORES = 1;
const LIMIT_MIB = 500;

/** What 200 workers cost the coordinator that send what real ones send: snapshots, journals and rosters. */
export async function measureCoordinator(conditions: Conditions): Promise<Figure> {
  const workers = conditions.devices ?? WORKERS;
  await using bus = await startBenchBus();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-crew-"));
  const crew = spawn(
    process.execPath,
    [join(import.meta.dirname, "idle-workers.ts"), bus.url, String(workers), String(RATE), String(SECONDS), folder],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const count = workers * RATE * SECONDS;
  const sets = [
    `load={constant: {rate: ${workers * RATE}}, devices: ${count}}`,
    "fleet={}",
    "rollCall={when: off, concurrency: 1000}",
    "maxInFlight=100000",
  ];
  const scenario = join(import.meta.dirname, "bench.yaml");
  const args = [PROGRAM, "run", scenario, "--quiet"].concat(
    ["--out", join(folder, "results"), "--bus", bus.url, "--workers", String(workers)],
    // All workers share this machine and one process: they may be late.
    ["--generators-per-worker", "1", "--lease", "120"],
    sets.flatMap((set) => ["--set", set]),
  );
  try {
    const use = await runProgram(args, { BENCH_KEY: "k", BENCH_SECRET: "s" }, [0, 3, 5]);
    const provisioned = await provisionedOf(join(folder, "results"));
    if (provisioned !== count) throw new Error(`${provisioned} of ${count} devices came over the bus`);
    // By the time of the load alone, start and report included: how long they take depends on what else the machine does.
    const cores = use.cpuSeconds / SECONDS;
    const mib = use.peakBytes / 2 ** 20;
    const perSecond = (await bus.bytesOf("rollcall run")) / SECONDS / 2 ** 20;
    const server = cpuSecondsOf(bus.pid) ?? Number.NaN;
    conditions.say(
      `${workers} workers, ${count} devices: coordinator ${use.cpuSeconds.toFixed(1)} s of CPU in ${use.seconds.toFixed(1)} s, start and report included; peak ${mib.toFixed(0)} MiB; ${perSecond.toFixed(2)} MiB a second of load over its connection; nats-server ${server.toFixed(1)} s`,
    );
    return {
      what: `coordinator with ${workers} workers, ${workers * RATE} devices a second`,
      measured: `${cores.toFixed(2)} cores, ${mib.toFixed(0)} MiB`,
      ratio: cores,
      limit: `<= ${LIMIT_CORES} core, ${LIMIT_MIB} MiB`,
      passed: cores <= LIMIT_CORES && mib <= LIMIT_MIB,
    };
  } finally {
    await end(crew);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the only run in the folder. */
async function provisionedOf(results: string): Promise<number> {
  const [run = ""] = await readdir(results);
  const summary = JSON.parse(await readFile(join(results, run, "summary.json"), "utf8")) as Summary;
  return summary.ledger.provisioned;
}
