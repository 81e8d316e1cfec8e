import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { DEFAULT_PROFILE } from "../../src/simulator/options.ts";
import { startBuiltSimulator } from "../support/built.ts";
import { codeUnlessUnfit, onlyRun, readSummary, rollcall, temporaryFolder, until } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const PAUSE_MS = 10_000;

async function pausedRun(whom: "generator" | "parent") {
  await using folder = await temporaryFolder();
  using simulator = await startBuiltSimulator({ preset: "instant" });
  const scenario = await writeScenario(folder.path);
  const profile = [`provisioning.key=${DEFAULT_PROFILE.key}`, `provisioning.secret=${DEFAULT_PROFILE.secret}`];
  const load = ["load={constant: {rate: 20}, duration: 13s}", "fleet={}", "thresholds=[]", ...profile];
  const at = ["--host", "127.0.0.1", "--port", String(simulator.ports.mqtt), "--generators", "1"];
  const sets = load.flatMap((set) => ["--set", set]);
  const running = rollcall("run", scenario, ...sets, ...at, "--out", `${folder.path}/results`);
  const parent = running.child.pid ?? 0;
  const childrenOf = async (): Promise<string> =>
    (await readFile(`/proc/${parent}/task/${parent}/children`, "utf8")).trim();
  const journal = async (): Promise<string> =>
    readFile(`${await onlyRun(`${folder.path}/results`)}/journal-0.ndjson`, "utf8");
  await until(async () => (await journal().catch(() => "")).includes('"kind":"outcome"'));
  const pid = whom === "parent" ? parent : Number(await childrenOf());
  process.kill(pid, "SIGSTOP");
  await sleep(PAUSE_MS);
  process.kill(pid, "SIGCONT");
  const { code, stdout, stderr } = await running.finished;
  return { code, stdout, stderr, summary: await readSummary(await onlyRun(`${folder.path}/results`)) };
}

it.runIf(process.platform === "linux")(
  "a generator that stood still for ten seconds says so; a parent that did has moved no figure",
  async () => {
    const [generator, parent] = await Promise.all([pausedRun("generator"), pausedRun("parent")]);

    expect(generator.code).toBe(EXIT.unhealthy);
    expect(generator.summary.validity.grade).toBe("void");
    expect(generator.stdout).toContain("Not to be trusted");
    // Open load: what was due in the meantime counts from when it was due.
    expect(generator.summary.measured.latencies.responseTime.success.max).toBeGreaterThan((PAUSE_MS - 2_000) * 1_000);
    expect(generator.summary.ledger).toMatchObject({ planned: 260, imbalances: [] });

    expect(parent.code).toBe(codeUnlessUnfit(parent.summary, EXIT.pass));
    expect(parent.summary.ledger).toMatchObject({ planned: 260, provisioned: 260, connected: 260, imbalances: [] });
    expect(parent.summary.seconds.filter(({ started }) => started === 0).length).toBeLessThan(5);
    for (const { stderr } of [generator, parent]) expect(stderr).not.toMatch(/^ {4}at /m);
  },
);
