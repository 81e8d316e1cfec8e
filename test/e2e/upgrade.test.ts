import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { UpgradeReport } from "../../src/upgrade/report.ts";
import { startInProcess } from "../support/in-process.ts";
import { rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** A server whose devices outlive it. Slow, so that a machine busy with other work can still measure it. */
async function startServer(state: string, release: string) {
  const timing = ["--preset", "instant", "--fault", "delay:1:400"];
  const kept = ["--release", release, "--state", state];
  const running = startInProcess(["simulate", "--port", "0", "--http-port", "0", ...timing, ...kept]);
  await running.shows("Ctrl-C ends it");
  const http = /http:\/\/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1] ?? "0";
  return {
    at: [
      ["--host", "127.0.0.1", "--port", http, "--set", "target.transport=http"],
      ["--admin-url", `http://127.0.0.1:${http}`, "--admin-user", "tenant@thingsboard.org"],
    ].flat(),
    async [Symbol.asyncDispose]() {
      running.signal("SIGINT");
      await running.finished;
    },
  };
}

it("holds a server against what it was before its upgrade: old roll, old names, speed", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const state = join(folder.path, "state.json");
  const results = join(folder.path, "results");
  const load = [
    ["--set", "load={constant: {rate: 30}}", "--set", "fleet.count=40"],
    ["--set", "fleet.credentials=access-token", "--set", "thresholds=[]", "--out", results, "--cool-down", "0"],
    ["--set", "provisioning.strategy=pre-provisioned"],
  ].flat();
  const scenario = await writeScenario(folder.path);
  let check = "";
  {
    await using server = await startServer(state, "4.2.1");
    const first = ["upgrade-check", "before", scenario, ...server.at, ...load, "--times", "1"];
    const bare = await rollcallHere(...first).finished;
    expect(bare.stderr).toContain("Give --setup");
    expect(bare.code).toBe(EXIT.usage);
    const before = await rollcallHere(...first, "--setup").finished;
    expect(before.stdout).toContain("rollcall upgrade-check after");
    expect(before.stderr).toContain("--times 1 cannot decide");
    expect(before.code).toBe(EXIT.pass);
    check = join(results, /upgrade-\d[\w-]+/.exec(before.stdout)?.[0] ?? "");
  }
  expect((await stat(state)).mode & 0o777).toBe(0o600);
  {
    await using server = await startServer(state, "4.2.1.1");
    const other = ["--set", "load={constant: {rate: 31}}"];
    const second = ["upgrade-check", "after", check, ...server.at, ...load, "--setup"];
    const changed = await rollcallHere(...second, ...other).finished;
    expect(changed.stderr).toContain("is not the one of `upgrade-check before`");
    const after = await rollcallHere(...second, "--format", "markdown").finished;
    expect(after.stderr).not.toContain("rollcall:");
    expect(after.stdout.split("\n")[0]).toBe(
      "**Undecided: too few runs to tell about speed; all 40 devices of before are present; an old name is answered FAILURE now, and was SUCCESS.**",
    );
    expect(after.code).toBe(EXIT.undecided);
  }
  const report = JSON.parse(await readFile(join(check, "report.json"), "utf8")) as UpgradeReport;
  expect(report).toMatchObject({
    before: { server: "CE 4.2.1" },
    after: { server: "CE 4.2.1.1" },
    rollCall: { called: 40, connected: 40 },
    reprovisioning: { asked: 40, came: { FAILURE: 40 }, expected: "FAILURE", expectedBefore: "SUCCESS" },
    conformance: null,
  });

  await using fresh = await startServer(join(folder.path, "other.json"), "4.2.1.1");
  const lost = await rollcallHere("upgrade-check", "after", check, ...fresh.at, ...load, "--setup").finished;
  expect(lost.stdout).toContain("Failed: 40 of 40 devices of before no longer connect.");
  expect(lost.code).toBe(EXIT.rollCall);
  vi.unstubAllEnvs();
}, 120_000);
