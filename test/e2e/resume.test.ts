import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/cli/run-folder.ts";
import { readRunRecord } from "../../src/cli/run-record.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcall, temporaryFolder, until } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** The full proof is ROLLCALL_KILLS=10 ROLLCALL_KILL_DEVICES=5000. */
const KILLS = Number(process.env["ROLLCALL_KILLS"] ?? 3);
const DEVICES = Number(process.env["ROLLCALL_KILL_DEVICES"] ?? 400);
/** By progress, not by time, so that a busy machine reaches each of them; spread as by chance, the same every time. */
const MOMENTS = Array.from({ length: KILLS }, (_, index) => 1 + Math.floor(((index * 0.618) % 1) * 0.8 * DEVICES));

/** The program and all its children at once, as the machine's death would. */
async function killAll(pid: number | undefined): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  for (const each of [String(pid), ...children.trim().split(" ")])
    if (each !== "") process.kill(Number(each), "SIGKILL");
}

async function outcomesOf(run: string): Promise<number> {
  const names = (await readdir(run)).filter((name) => name.startsWith("journal-"));
  const texts = await Promise.all(names.map((name) => readFile(join(run, name), "utf8")));
  return texts.join("").split('"state":"provisioned"').length - 1;
}

/** Told to a client, or claimed and perhaps made. */
async function namesIn(run: string): Promise<ReadonlySet<string>> {
  const { names } = await readRunRecord(await readPlan(run), (await openRunFolder(run)).journals);
  return new Set([...names].filter(([, standing]) => standing !== "not-made").map(([name]) => name));
}

describe("rollcall resume", () => {
  it.concurrent.each(MOMENTS)(
    "completes a run that was killed after %i devices",
    { timeout: 60_000 + DEVICES * 60 },
    async (moment) => {
      await using folder = await temporaryFolder();
      const scenario = await writeScenario(folder.path);
      const results = join(folder.path, "results");
      const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" as const };
      const simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
      try {
        const load = ["--set", `load={constant: {rate: 200}, devices: ${DEVICES}}`, "--set", "fleet={}"];
        const aim = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", results, "--quiet"];
        const first = rollcall("run", scenario, ...load, ...aim);
        await until(async () => {
          // Before the run's folder there is for a moment a file by which writing is tried.
          const name = (await readdir(results).catch(() => [])).find((each) => !each.startsWith("."));
          return name !== undefined && (await outcomesOf(join(results, name))) >= moment;
        });
        await killAll(first.child.pid);
        await first.finished;
        const killed = await onlyRun(results);
        const created = new Set([...simulator.store.devices()].map(({ name }) => name));
        await rollcall("report", killed).finished;
        const before = await readSummary(killed);
        expect(before.run.state).toBe("crashed");
        // Every device that the server has is told in the journal, or named as one that may exist.
        const known = await namesIn(killed);
        expect([...created].filter((name) => !known.has(name))).toEqual([]);
        expect(before.ledger.provisioned + before.unknown.count).toBeGreaterThanOrEqual(created.size);

        const secret = join(folder.path, "secret");
        await writeFile(secret, SECRET);
        const resume = ["resume", killed, "--secret-file", secret, "--out", results, "--quiet"];
        let ended = await rollcall(...resume).finished;
        await until(async () => {
          if (!ended.stderr.includes("not over")) return true;
          ended = await rollcall(...resume).finished;
          return false;
        });
        const second = (await readdir(results)).map((name) => join(results, name)).find((run) => run !== killed);
        if (second === undefined) throw new Error(`not resumed: ${ended.stderr}`);
        const after = await readSummary(second);
        expect({ failures: after.failures, rejections: after.rejections }).toEqual({ failures: [], rejections: [] });
        expect(before.ledger.provisioned + after.ledger.provisioned).toBe(DEVICES);
        expect(after.ledger.connected).toBe(after.ledger.planned);
        expect(after.ledger.imbalances).toEqual([]);
        // Nothing was provisioned twice, nor asked for again under a name that may exist.
        const resumed = await namesIn(second);
        expect([...resumed].filter((name) => known.has(name))).toEqual([]);
        const all = [...simulator.store.devices()].map(({ name }) => name);
        expect(all.toSorted()).toEqual([...created, ...resumed].toSorted());
        expect(simulator.stats().succeeded).toBe(all.length);

        const again = await rollcall(...resume).finished;
        expect(again.stderr).toContain("resumed already");
        expect(again.code).toBe(2);
      } finally {
        await simulator.close();
      }
    },
  );
});
