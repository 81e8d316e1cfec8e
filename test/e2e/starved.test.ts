import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { DEFAULT_PROFILE } from "../../src/simulator/options.ts";
import { startBuiltSimulator } from "../support/built.ts";
import { onlyRun, readSummary, rollcall, temporaryFolder, until } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const HOGS = 5;
const pins = spawnSync("taskset", ["-c", "0", "true"]).status === 0 && availableParallelism() > 1;
if (!pins) console.warn("SKIPPED: a starved generator. It needs taskset (util-linux) and a second core.");

it.skipIf(!pins)(
  "a generator on one core with heavy work beside it says that it was starved, and ends with 5",
  async () => {
    await using folder = await temporaryFolder();
    using simulator = await startBuiltSimulator({
      preset: "instant",
      service: { provision: { kind: "fixed", ms: 20 } },
    });
    const scenario = await writeScenario(folder.path);
    const load = ["load={constant: {rate: 800}, devices: 2000}", "fleet={}", "thresholds=[]", "rollCall=off"];
    const profile = [`provisioning.key=${DEFAULT_PROFILE.key}`, `provisioning.secret=${DEFAULT_PROFILE.secret}`];
    const sets = [...load, ...profile].flatMap((set) => ["--set", set]);
    const at = ["--host", "127.0.0.1", "--port", String(simulator.ports.mqtt), "--generators", "1", "--quiet"];
    const hogs: ChildProcess[] = [];
    const running = rollcall("run", scenario, ...sets, ...at, "--out", `${folder.path}/results`);
    try {
      // The generator alone, from its start on: the program that watches it has a core to itself.
      const children = `/proc/${running.child.pid}/task/${running.child.pid}/children`;
      await until(() => Promise.resolve(readFileSync(children, "utf8") !== ""));
      spawnSync("taskset", ["-a", "-cp", "0", readFileSync(children, "utf8").trim()]);
      for (let index = 0; index < HOGS; index += 1) {
        // A session of its own each, as the generator has: Linux shares a processor out to sessions first (sched_autogroup).
        const hog = ["-c", "0", "sh", "-c", "while :; do :; done"];
        hogs.push(spawn("taskset", hog, { stdio: "ignore", detached: true }));
      }
      const { code, stdout } = await running.finished;
      const { validity, ledger } = await readSummary(await onlyRun(`${folder.path}/results`));
      expect(validity.grade).toBe("void");
      expect(stdout).toContain("Not to be trusted");
      expect(code).toBe(EXIT.unhealthy);
      expect(ledger.imbalances).toEqual([]);
    } finally {
      for (const hog of hogs) hog.kill("SIGKILL");
      running.child.kill("SIGKILL");
    }
  },
  120_000,
);
