import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

it("keeps the floor of a plan, which its runs show from then on and reports made later do not change", async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv("XDG_STATE_HOME", join(folder.path, "state"));
  const profile = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ profiles: [profile] });
  try {
    const scenario = await writeScenario(folder.path);
    const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--generators", "1"];
    const runInto = async (results: string): Promise<string> => {
      await rollcallHere("run", scenario, ...at, "--quiet", "--out", join(folder.path, results)).finished;
      return onlyRun(join(folder.path, results));
    };
    const first = await runInto("first");
    expect((await readSummary(first)).validity.warnings).toContainEqual(expect.stringContaining("rollcall calibrate"));

    const calibrated = await rollcallHere("calibrate", scenario, "--generators", "1").finished;
    expect(calibrated.stderr).not.toContain("rollcall:");
    expect(calibrated.stdout).toMatch(/round trip +p50 \d/);
    expect(calibrated.stdout).toMatch(/at (?:its|their) limit|(?:was|were) the limit|limit was is not known/);
    expect(calibrated.code).toBe(EXIT.pass);

    const second = await runInto("second");
    const { calibration, validity } = await readSummary(second);
    expect(calibration?.differences).toEqual([]);
    expect(validity.warnings).not.toContainEqual(expect.stringContaining("calibrate"));
    expect(await readFile(join(second, "report.txt"), "utf8")).toContain("The generators' own floor, calibrated");

    const before = await readFile(join(first, "report.txt"), "utf8");
    await rollcallHere("report", first).finished;
    expect(await readFile(join(first, "report.txt"), "utf8")).toBe(before);
  } finally {
    vi.unstubAllEnvs();
    await simulator.close();
  }
});
