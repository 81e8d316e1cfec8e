import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startInProcess } from "../support/in-process.ts";
import { onlyRun, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** A server apart from any run, as a real one is. */
async function startServer(...more: readonly string[]) {
  const profile = ["--key", "e2e-key", "--secret", SECRET];
  const running = startInProcess(["simulate", "--port", "0", "--preset", "instant", ...profile, ...more]);
  await running.shows("Ctrl-C ends it");
  const port = /mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1] ?? "0";
  return {
    target: ["--host", "127.0.0.1", "--port", port],
    async [Symbol.asyncDispose]() {
      running.signal("SIGINT");
      await running.finished;
    },
  };
}

async function readVerification(run: string): Promise<unknown> {
  const name = (await readdir(run)).find((file) => file.startsWith("verify-"));
  return JSON.parse(await readFile(join(run, name ?? ""), "utf8"));
}

describe("rollcall verify", () => {
  it("finds everybody present on the same server, and everybody absent on a fresh one", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    await using server = await startServer();
    await rollcallHere("run", scenario, ...server.target, "--out", results, "--quiet").finished;
    const run = await onlyRun(results);

    const present = await rollcallHere("verify", run).finished;
    expect(present.stdout).toContain("Passed: all 60 devices are present.");
    expect(present.code).toBe(0);
    expect(await readVerification(run)).toMatchObject({
      called: 60,
      connected: 60,
      absent: [],
      negativeControl: "refused",
    });

    await using upgraded = await startServer();
    const absent = await rollcallHere("verify", run, ...upgraded.target).finished;
    expect(absent.stdout).toContain("Failed: 60 of 60 devices are absent.");
    expect(absent.stdout).toContain("not authori");
    expect(absent.code).toBe(4);
  });

  it("says that the simulator of a simulated run is gone", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    await rollcallHere("run", scenario, "--simulate", "--preset", "instant", "--out", folder.path, "--quiet").finished;
    const { code, stderr } = await rollcallHere("verify", "latest", "--out", folder.path).finished;
    expect(stderr).toContain("a simulator of its own");
    expect(code).toBe(2);
  });
});
