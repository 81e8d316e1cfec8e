import { describe, expect, it } from "vitest";
import { readMemory } from "../../../src/processes/memory.ts";
import type { Limits } from "../../../src/runs/machine/machine-limits.ts";
import { readLimits } from "../../../src/runs/machine/machine-limits.ts";
import { preflight, preflightError } from "../../../src/runs/preflight/preflight.ts";
import { phaseOf, planOf } from "./plan.ts";

const AMPLE: Limits = {
  openFiles: 1_048_576,
  ports: 28_232,
  portReuse: 1,
  memoryBytes: 16e9,
  memoryFreeBytes: 12e9,
};
const ONE = { generators: 1, simulated: false };
const closed = (concurrency: number) => planOf([phaseOf({ kind: "closed", concurrency }, 20_000)]);
const open = planOf([phaseOf({ kind: "constant", rate: 100 }, 20_000)]);

describe("preflight", () => {
  it("finds nothing on an ample machine", () => {
    expect(preflight(closed(5_000), ONE, AMPLE)).toEqual([]);
  });

  it("refuses more connections than a process may have files, and names the command", () => {
    const [finding] = preflight(closed(5_000), ONE, { ...AMPLE, openFiles: 1_024 });
    expect(finding).toMatchObject({ code: "open-files", level: "error" });
    expect(finding?.message).toBe("A process may open 1,024 files; this plan needs 5,064.");
    expect(finding?.hint).toContain("prlimit --pid $$ --nofile=8192:8192");
  });

  it("shares the connections out to the generators, but not to the one simulator", () => {
    const limits = { ...AMPLE, openFiles: 3_000 };
    expect(preflight(closed(5_000), { generators: 2, simulated: false }, limits)).toEqual([]);
    expect(preflight(closed(5_000), { generators: 2, simulated: true }, limits)).toHaveLength(1);
  });

  it("only warns where an open load may stay below its cap", () => {
    const [finding] = preflight(open, ONE, { ...AMPLE, openFiles: 1_024 });
    expect(finding).toMatchObject({ code: "open-files", level: "warning" });
    expect(finding?.message).toContain("at its in-flight cap");
  });

  it("refuses more connections at once than there are local ports", () => {
    const [finding] = preflight(closed(5_000), ONE, { ...AMPLE, ports: 1_000 });
    expect(finding).toMatchObject({ code: "local-ports", level: "error" });
    expect(finding?.hint).toContain("net.ipv4.ip_local_port_range");
  });

  it("warns where connections from given addresses take more than half of their ports", () => {
    const plan = closed(5_000);
    const from = { ...plan, target: { ...plan.target, from: ["127.0.1.1"] } };
    expect(preflight(from, ONE, { ...AMPLE, ports: 10_000 })).toEqual([]);
    const [finding] = preflight(from, ONE, { ...AMPLE, ports: 9_000 });
    expect(finding).toMatchObject({ code: "local-ports", level: "warning" });
    expect(finding?.hint).toBe("Name more addresses in target.from: 2 times as many.");
    expect(preflight(plan, ONE, { ...AMPLE, ports: 9_000 })).toEqual([]);
  });

  it("warns of ports that stay unusable after their connection, except on loopback", () => {
    const limits = { ...AMPLE, portReuse: 2 };
    expect(preflight(closed(10), ONE, limits).map((finding) => finding.code)).toEqual(["port-reuse"]);
    const local = closed(10);
    expect(preflight({ ...local, target: { ...local.target, host: "127.0.0.1" } }, ONE, limits)).toEqual([]);
  });

  it("warns of tight memory and refuses what is more than the machine has", () => {
    const warning = preflight(closed(5_000), ONE, { ...AMPLE, memoryFreeBytes: 0.6e9 });
    expect(warning.map(({ code, level }) => [code, level])).toEqual([["memory", "warning"]]);
    const error = preflight(closed(5_000), ONE, { ...AMPLE, memoryFreeBytes: 0.3e9, memoryBytes: 0.4e9 });
    expect(error.map(({ code, level }) => [code, level])).toEqual([["memory", "error"]]);
  });

  it("says all errors at once, and none where there are only warnings", () => {
    const both = preflight(closed(5_000), ONE, { ...AMPLE, openFiles: 1_024, ports: 1_000 });
    const error = preflightError(both);
    expect(error?.exitCode).toBe(2);
    expect(error?.message.split("\n")).toHaveLength(2);
    expect(error?.hint.split("\n")).toHaveLength(2);
    expect(preflightError(preflight(open, ONE, { ...AMPLE, openFiles: 1_024 }))).toBeUndefined();
  });

  it("reads what this machine allows", async () => {
    const limits = await readLimits(readMemory());
    expect(limits.memoryBytes).toBeGreaterThan(0);
    expect(limits.memoryFreeBytes).toBeGreaterThan(0);
  });

  it.runIf(process.platform === "linux")("reads the limits of Linux", async () => {
    const limits = await readLimits(readMemory());
    expect(limits.openFiles).toBeGreaterThan(64);
    expect(limits.ports).toBeGreaterThan(0);
    expect(limits.portReuse).toBeGreaterThanOrEqual(0);
  });
});
