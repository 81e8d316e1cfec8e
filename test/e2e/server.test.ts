import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { ServerRecord } from "../../src/model/server-record.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

afterAll(() => void vi.unstubAllEnvs());

describe("a run whose server can be asked", () => {
  it("is reconciled by itself: version, fleet size, every ghost by name; and its report is made again to the byte", async () => {
    await using folder = await temporaryFolder();
    const out = ["--out", join(folder.path, "results")];
    const scenario = await writeScenario(folder.path);
    await rollcallHere("run", scenario, "--simulate", "3.9.1", "--preset", "instant", "--fault", "ghost:0.3:50", ...out)
      .finished;
    const run = await onlyRun(join(folder.path, "results"));
    const { server, unknown, ledger, verdict } = await readSummary(run);
    expect(unknown.count).toBeGreaterThan(0);
    expect(server).toMatchObject({
      version: "3.9.1",
      edition: "CE",
      devices: { before: { tenant: 0, profile: 0 }, after: { tenant: 60, profile: 60 } },
      reconciliation: { present: ledger.provisioned, ghosts: { count: unknown.count }, missing: { count: 0 } },
      unchecked: [],
    });
    expect(verdict.headline).toContain(`${unknown.count} ghosts on the server that no client was told of`);
    const record = JSON.parse(await readFile(join(run, "server.json"), "utf8")) as ServerRecord;
    expect(record.reconciliation?.ghosts.toSorted()).toEqual(unknown.names.toSorted());

    const before = await readFile(join(run, "report.txt"), "utf8");
    await rollcallHere("report", run).finished;
    expect(await readFile(join(run, "report.txt"), "utf8")).toBe(before);
    expect(before).toContain("ON THE SERVER");
  });

  it("sends nothing if the administrator is not let in", async () => {
    vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "wrong");
    await using folder = await temporaryFolder();
    const simulator = await startSimulator({ http: {} });
    try {
      const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
      const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", join(folder.path, "results")];
      const { code, stderr } = await rollcallHere("run", await writeScenario(folder.path), ...at, ...admin).finished;
      expect(stderr).toContain("refuses the administrator: 401");
      expect(code).toBe(EXIT.usage);
      expect(simulator.stats().connections).toBe(0);
      expect(await readdir(join(folder.path, "results"))).toEqual([]);
    } finally {
      await simulator.close();
    }
  });
});
